import { jsonSyntaxError } from './json-syntax.js';
import { badRequest, type StatusError } from './status-error.js';

/** A decoded document and the keys that stood in it twice. */
export interface DecodedJson {
  readonly value: unknown;
  /** Paths like `spec.containers[0].name`; of a repeated key the last value counts. */
  readonly duplicates: readonly string[];
}

/** Deeper documents are refused, so that nothing that walks them can run out of stack. */
const maxDepth = 1000;

/**
 * Decodes JSON and reports duplicate keys, which JSON.parse drops in silence. Keys are counted in the text and in the
 * result; only when the counts differ are the duplicates looked for.
 */
export function decodeJson(text: string, refuse: Refusal = malformed): DecodedJson {
  const value = parse(text, refuse);
  const kept = countKeys(value);
  return { value, duplicates: countKeysInText(text) === kept ? [] : findDuplicates(text) };
}

/** What one who sent no JSON is told; `why` is in the words of Go's decoder. */
export type Refusal = (why: string) => StatusError;

const malformed: Refusal = (why) => badRequest(`couldn't get version/kind; json parse error: ${why}`);

function parse(text: string, refuse: Refusal): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(jsonSyntaxError(text) ?? String(error));
  }
}

const pollution = '__proto__';

/**
 * Refuses what nothing that walks documents could bear: endless nesting, and a key that JavaScript takes for the parent
 * of an object. Gives the number of keys. It goes level by level, since the depth is not yet known to be bearable.
 */
export function countKeys(root: unknown): number {
  let keys = 0;
  let level = [root].filter(isContainer);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw badRequest(`json parse error: exceeded max depth of ${maxDepth}`);
    const next: object[] = [];
    for (const container of level) keys += visit(container, next);
    level = next;
  }
  return keys;
}

/** Adds the containers inside a container to `inner`, and counts its keys. */
function visit(container: object, inner: object[]): number {
  if (Object.hasOwn(container, pollution))
    throw badRequest(`the key "${pollution}" cannot be kept here; give it another name`);
  const values: readonly unknown[] = Array.isArray(container) ? container : Object.values(container);
  for (const value of values) if (isContainer(value)) inner.push(value);
  return Array.isArray(container) ? 0 : values.length;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** In valid JSON a string is a key if and only if a colon follows it. */
function countKeysInText(text: string): number {
  let keys = 0;
  for (let start = text.indexOf('"'); start >= 0; ) {
    const end = endOfString(text, start);
    let next = end + 1;
    while (isBlankCode(text.charCodeAt(next))) next++;
    if (text.charCodeAt(next) === colon) keys++;
    start = text.indexOf('"', next);
  }
  return keys;
}

const colon = 0x3a;
const backslash = 0x5c;

/** The place of the quote that ends the string which begins at `start`: one behind an even number of backslashes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

/** Space, tab, line feed and carriage return: what JSON calls white space. */
function isBlankCode(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

interface Frame {
  readonly seen: Set<string> | undefined;
  index: number;
  key: string;
}

const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\],]/gs;

function findDuplicates(text: string): readonly string[] {
  const found = new Set<string>();
  const stack: Frame[] = [];
  for (const [symbol, colon] of text.matchAll(token)) {
    if (colon !== undefined) enterKey(symbol.slice(0, -colon.length), stack, found);
    else if (!symbol.startsWith('"')) move(symbol, stack);
  }
  return [...found];
}

function enterKey(quoted: string, stack: readonly Frame[], found: Set<string>): void {
  const frame = stack.at(-1);
  if (frame === undefined) return;
  frame.key = String(JSON.parse(quoted));
  if (frame.seen?.has(frame.key) === true) found.add(pathOf(stack));
  frame.seen?.add(frame.key);
}

function move(symbol: string, stack: Frame[]): void {
  if (symbol === '{') stack.push({ seen: new Set(), index: 0, key: '' });
  else if (symbol === '[') stack.push({ seen: undefined, index: 0, key: '' });
  else if (symbol === ',') advance(stack.at(-1));
  else stack.pop();
}

function advance(frame: Frame | undefined): void {
  if (frame !== undefined) frame.index++;
}

function pathOf(stack: readonly Frame[]): string {
  const parts = stack.map((frame) => (frame.seen === undefined ? `[${frame.index}]` : `.${frame.key}`));
  return parts.join('').replace(/^\./, '');
}

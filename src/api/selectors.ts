import type { LabelSelector } from './generated/meta-v1.js';
import { isLabelValue, qualifiedName } from './names.js';

/** How a requirement compares a label. */
export type SelectorOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One condition on one label. */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** A parsed selector: all requirements must hold; `nothing` matches no object at all. */
export interface Selector {
  readonly nothing: boolean;
  readonly requirements: readonly Requirement[];
}

/** Thrown for text that is not a selector; it is the caller's error (400). */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

type Labels = Readonly<Record<string, string>>;

/** Matches no object. */
export const nothing: Selector = { nothing: true, requirements: [] };

interface Tokens {
  readonly list: readonly string[];
  at: number;
}

function tokenize(text: string): Tokens {
  const list = text.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];
  return { list, at: 0 };
}

const isWord = (token: string | undefined): token is string =>
  token !== undefined && !/^[=!(),<>]/.test(token);

function unexpected(tokens: Tokens, expected: string): SelectorError {
  const found = tokens.list[tokens.at] ?? '';
  return new SelectorError(`unable to parse requirement: found '${found}', expected: ${expected}`);
}

function checkKey(key: string): string {
  const wrong = qualifiedName(key);
  if (wrong.length > 0) {
    throw new SelectorError(
      `unable to parse requirement: <nil>: Invalid value: "${key}": ${wrong.join('; ')}`,
    );
  }
  return key;
}

function checkValues(key: string, values: readonly string[]): readonly string[] {
  for (const [index, value] of values.entries()) {
    const wrong = isLabelValue(value);
    if (wrong.length > 0) {
      throw new SelectorError(
        `unable to parse requirement: values[${index}][${key}]: Invalid value: "${value}": ${wrong.join('; ')}`,
      );
    }
  }
  return values;
}

function takeWord(tokens: Tokens, expected: string): string {
  const token = tokens.list[tokens.at];
  if (!isWord(token)) throw unexpected(tokens, expected);
  tokens.at += 1;
  return token;
}

function takeSet(tokens: Tokens): string[] {
  if (tokens.list[tokens.at] !== '(') throw unexpected(tokens, "'('");
  tokens.at += 1;
  const values: string[] = [];
  for (;;) {
    const token = tokens.list[tokens.at];
    if (isWord(token)) {
      values.push(token);
      tokens.at += 1;
    } else values.push('');
    const next = tokens.list[tokens.at];
    tokens.at += 1;
    if (next === ')') return [...new Set(values)].sort();
    if (next !== ',') {
      tokens.at -= 1;
      throw unexpected(tokens, "',' or ')'");
    }
  }
}

function takeOperator(tokens: Tokens, key: string): Requirement {
  const token = tokens.list[tokens.at];
  if (token === undefined || token === ',') return { key, operator: 'exists', values: [] };
  tokens.at += 1;
  if (token === 'in' || token === 'notin') {
    return { key, operator: token, values: checkValues(key, takeSet(tokens)) };
  }
  if (token === '=' || token === '==' || token === '!=') {
    const value = isWord(tokens.list[tokens.at]) ? takeWord(tokens, 'identifier') : '';
    return { key, operator: token, values: checkValues(key, [value]) };
  }
  if (token === '<' || token === '>') {
    const value = takeWord(tokens, 'identifier');
    if (!/^-?\d+$/.test(value)) {
      throw new SelectorError(
        `unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    }
    return { key, operator: token === '<' ? 'lt' : 'gt', values: [value] };
  }
  tokens.at -= 1;
  throw unexpected(tokens, 'in, notin, =, ==, !=, gt, lt');
}

function takeRequirement(tokens: Tokens): Requirement {
  if (tokens.list[tokens.at] === '!') {
    tokens.at += 1;
    return { key: checkKey(takeWord(tokens, 'identifier')), operator: '!', values: [] };
  }
  return takeOperator(tokens, checkKey(takeWord(tokens, "!, identifier, or 'end of string'")));
}

/** Parses the text of a label selector (`a=b,c in (d,e),!f`); throws `SelectorError`. */
export function parseLabelSelector(text: string): Selector {
  const tokens = tokenize(text);
  const requirements: Requirement[] = [];
  while (tokens.at < tokens.list.length) {
    requirements.push(takeRequirement(tokens));
    if (tokens.at >= tokens.list.length) break;
    if (tokens.list[tokens.at] !== ',') throw unexpected(tokens, "',' or 'end of string'");
    tokens.at += 1;
    if (tokens.at >= tokens.list.length) throw unexpected(tokens, "identifier after ','");
  }
  return { nothing: false, requirements: requirements.sort((a, b) => compareText(a.key, b.key)) };
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const has = Object.hasOwn(labels, key);
  const value = labels[key] ?? '';
  switch (operator) {
    case 'exists':
      return has;
    case '!':
      return !has;
    case '=':
    case '==':
    case 'in':
      return has && values.includes(value);
    case '!=':
    case 'notin':
      return !has || !values.includes(value);
    case 'gt':
      return has && /^-?\d+$/.test(value) && BigInt(value) > BigInt(values[0] ?? '0');
    case 'lt':
      return has && /^-?\d+$/.test(value) && BigInt(value) < BigInt(values[0] ?? '0');
  }
}

/** True when the labels fulfil every requirement. */
export function matchesLabels(selector: Selector, labels: Labels | undefined): boolean {
  return !selector.nothing && selector.requirements.every((requirement) => holds(requirement, labels ?? {}));
}

const setOperators: ReadonlyMap<string, SelectorOperator> = new Map<string, SelectorOperator>([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/** The selector of a LabelSelector object: absent matches nothing, empty matches everything. */
export function labelSelectorOf(selector: LabelSelector | null | undefined): Selector {
  if (selector === undefined || selector === null) return nothing;
  const exact = selectorOfLabels(selector.matchLabels).requirements;
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) => {
    const known = setOperators.get(operator);
    if (known === undefined) throw new SelectorError(`"${operator}" is not a valid label selector operator`);
    return { key, operator: known, values: [...(values ?? [])].sort() };
  });
  return {
    nothing: false,
    requirements: [...exact, ...expressions].sort((a, b) => compareText(a.key, b.key)),
  };
}

/** The selector that asks for exactly these labels (none: everything). */
export function selectorOfLabels(labels: Labels | null | undefined): Selector {
  const requirements = Object.entries(labels ?? {}).map(([key, value]) => ({
    key,
    operator: '=' as const,
    values: [value],
  }));
  return { nothing: false, requirements: requirements.sort((a, b) => compareText(a.key, b.key)) };
}

function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    case 'gt':
      return `${key}>${values[0] ?? ''}`;
    case 'lt':
      return `${key}<${values[0] ?? ''}`;
    default:
      return `${key}${operator}${values[0] ?? ''}`;
  }
}

/** The selector as text, as Kubernetes prints it; empty for a selector of everything. */
export function selectorText(selector: Selector): string {
  return selector.requirements.map(requirementText).join(',');
}

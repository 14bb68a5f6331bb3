const unexpectedEnd = 'unexpected end of JSON input';

/** Where a scan of a document is: what may come next. */
type Place = 'value' | 'firstItem' | 'firstKey' | 'key' | 'colon' | 'more';

/** What Go's decoder says a character is not; `more` depends on what surrounds it. */
const contexts = {
  value: 'looking for beginning of value',
  firstItem: 'looking for beginning of value',
  firstKey: 'looking for beginning of object key string',
  key: 'looking for beginning of object key string',
  colon: 'after object key',
} as const;

const after = { '{': 'after object key:value pair', '[': 'after array element', '': 'after top-level value' };

class SyntaxProblem extends Error {}

function quoted(char: number): string {
  if (char === 0x27) return "'\\''";
  if (char === 0x22) return "'\"'";
  return `'${JSON.stringify(String.fromCharCode(char)).slice(1, -1)}'`;
}

/** Goes through the bytes of a document as Go's decoder does, until one of them cannot stand where it is. */
class Scan {
  readonly #bytes: Uint8Array;
  readonly #stack: ('{' | '[')[] = [];
  #at = 0;
  #place: Place = 'value';

  constructor(text: string) {
    this.#bytes = new TextEncoder().encode(text);
  }

  run(): void {
    for (;;) {
      this.#skipSpace();
      if (this.#place === 'more' && this.#stack.length === 0 && this.#at >= this.#bytes.length) return;
      this.#step(this.#peek());
    }
  }

  #step(char: string): void {
    if (this.#closes(char)) {
      this.#stack.pop();
      this.#go('more');
    } else if (this.#place === 'more') this.#separator(char);
    else if (this.#place === 'colon') {
      if (char !== ':') this.#refuse(contexts.colon);
      this.#go('value');
    } else if (this.#place === 'key' || this.#place === 'firstKey') {
      if (char !== '"') this.#refuse(contexts.key);
      this.#string('colon');
    } else this.#value(char);
  }

  #closes(char: string): boolean {
    const inside = this.#stack.at(-1);
    if (inside === undefined || char !== (inside === '{' ? '}' : ']')) return false;
    return this.#place === 'more' || this.#place === 'firstItem' || this.#place === 'firstKey';
  }

  #separator(char: string): void {
    const inside = this.#stack.at(-1);
    if (char !== ',' || inside === undefined) this.#refuse(after[inside ?? '']);
    this.#go(inside === '{' ? 'key' : 'value');
  }

  #value(char: string): void {
    if (char === '{' || char === '[') {
      this.#stack.push(char);
      this.#go(char === '{' ? 'firstKey' : 'firstItem');
    } else if (char === '"') this.#string('more');
    else if (char === '-' || /\d/.test(char)) this.#number();
    else this.#literal(char);
  }

  #literal(char: string): void {
    const word =
      ['true', 'false', 'null'].find((one) => one.startsWith(char)) ?? this.#refuse(contexts.value);
    for (const expected of word) {
      if (this.#peek() !== expected) this.#refuse(`in literal ${word} (expecting '${expected}')`);
      this.#at++;
    }
    this.#place = 'more';
  }

  #string(next: Place): void {
    this.#at++;
    for (let char = this.#peek(); char !== '"'; char = this.#peek()) {
      if (char < ' ') this.#refuse('in string literal');
      this.#at++;
      if (char === '\\') this.#escape();
    }
    this.#go(next);
  }

  #escape(): void {
    const char = this.#peek();
    if (!'"\\/bfnrtu'.includes(char)) this.#refuse('in string escape code');
    this.#at++;
    for (let digits = 0; char === 'u' && digits < 4; digits++) {
      if (!/[0-9a-fA-F]/.test(this.#peek())) this.#refuse('in \\u hexadecimal character escape');
      this.#at++;
    }
  }

  #number(): void {
    if (this.#peek() === '-') this.#at++;
    const isZero = this.#peek() === '0';
    this.#digits('in numeric literal', isZero ? 1 : Number.POSITIVE_INFINITY);
    if (this.#ahead() === '.') {
      this.#at++;
      this.#digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#ahead())) {
      this.#at++;
      if (/[+-]/.test(this.#peek())) this.#at++;
      this.#digits('in exponent of numeric literal');
    }
    this.#place = 'more';
  }

  #digits(context: string, max = Number.POSITIVE_INFINITY): void {
    if (!/\d/.test(this.#peek())) this.#refuse(context);
    for (let count = 0; count < max && /\d/.test(this.#ahead()); count++) this.#at++;
  }

  #go(place: Place): void {
    this.#at++;
    this.#place = place;
  }

  #skipSpace(): void {
    while ([0x20, 0x09, 0x0a, 0x0d].includes(this.#bytes[this.#at] ?? 0)) this.#at++;
  }

  /** The character here; nothing at the end. */
  #ahead(): string {
    const char = this.#bytes[this.#at];
    return char === undefined ? '' : String.fromCharCode(char);
  }

  /** The character here, where there has to be one. */
  #peek(): string {
    if (this.#at >= this.#bytes.length) throw new SyntaxProblem(unexpectedEnd);
    return this.#ahead();
  }

  #refuse(context: string): never {
    throw new SyntaxProblem(`invalid character ${quoted(this.#bytes[this.#at] ?? 0)} ${context}`);
  }
}

/** What is wrong with a text that is not JSON, in the words of Go's decoder; undefined when it is JSON. */
export function jsonSyntaxError(text: string): string | undefined {
  try {
    new Scan(text).run();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxProblem) return error.message;
    throw error;
  }
}

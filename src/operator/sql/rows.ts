/** One row of a result, read field by field with a check. */
export class Row {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(row: object) {
    this.#fields = new Map(Object.entries(row));
  }

  /** The field as text; '' for NULL. */
  text(field: string): string {
    const value = this.#fields.get(field);
    return value === null || value === undefined ? '' : String(value);
  }

  /** The field as a number, undefined for NULL. */
  optionalNumber(field: string): number | undefined {
    const value = this.#fields.get(field);
    if (value === null || value === undefined || value === '') return undefined;
    const number = Number(value);
    if (Number.isNaN(number))
      throw new Error(`the server answered ${field} = ${String(value)} where a number was due`);
    return number;
  }

  /** The field as a number; 0 for NULL. */
  number(field: string): number {
    return this.optionalNumber(field) ?? 0;
  }

  /** ON/OFF, YES/NO or 1/0. */
  flag(field: string): boolean {
    return ['1', 'ON', 'YES'].includes(this.text(field).toUpperCase());
  }

  /** The field as one of the given words; throws on any other. */
  oneOf<T extends string>(field: string, words: readonly T[]): T {
    const value = this.text(field);
    const found = words.find((word) => word.toLowerCase() === value.toLowerCase());
    if (found === undefined)
      throw new Error(`the server answered ${field} = ${value}, not one of ${words.join(', ')}`);
    return found;
  }
}

/** The results of one query text, which may hold several statements. */
export class Rows {
  readonly #results: readonly (readonly Row[])[];

  private constructor(results: readonly (readonly Row[])[]) {
    this.#results = results;
  }

  /** Wraps what the driver returned: a list of rows, or a list of such lists. */
  static of(result: unknown): Rows {
    if (!Array.isArray(result)) return new Rows([]);
    const nested = result.some((item) => Array.isArray(item)) ? result : [result];
    return new Rows(
      nested.map((rows) => (Array.isArray(rows) ? rows.filter(isObject).map((row) => new Row(row)) : [])),
    );
  }

  /** The first row of the n-th statement; undefined when it has none. */
  first(statement = 0): Row | undefined {
    return this.#results[statement]?.[0];
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

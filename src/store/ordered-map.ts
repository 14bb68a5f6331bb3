/** Chunks are split at this size: large enough that there are few, small enough that an insert moves little. */
const CHUNK_LIMIT = 256;

/** Anything that knows its own key. */
export interface Keyed {
  readonly key: string;
}

interface Position {
  readonly chunk: number;
  readonly index: number;
}

/**
 * Values in the order of their keys: sorted chunks, so that finding costs a binary search, an insert moves one chunk,
 * and a range is a slice. Keys are compared by UTF-16 code units, which for ASCII is byte order.
 */
export class OrderedMap<V extends Keyed> {
  readonly #chunks: V[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    const { chunk, index } = this.#seek(key);
    const found = this.#chunks[chunk]?.[index];
    return found?.key === key ? found : undefined;
  }

  /** Adds the value, or replaces the one with its key. */
  set(value: V): void {
    const { chunk, index } = this.#seek(value.key);
    const values = this.#chunks[chunk];
    if (values === undefined) {
      this.#append(value);
    } else if (values[index]?.key === value.key) {
      values[index] = value;
    } else {
      values.splice(index, 0, value);
      this.#size += 1;
      this.#split(chunk);
    }
  }

  delete(key: string): void {
    const { chunk, index } = this.#seek(key);
    const values = this.#chunks[chunk];
    if (values?.[index]?.key !== key) return;
    values.splice(index, 1);
    this.#size -= 1;
    if (values.length === 0) this.#chunks.splice(chunk, 1);
  }

  /** Number of keys that start with the prefix. */
  count(prefix: string): number {
    return this.#between(this.#seek(prefix), this.#endOf(prefix));
  }

  /** Number of keys that start with the prefix and come after `key`. */
  countAfter(prefix: string, key: string): number {
    return this.#between(this.#seekAfter(key), this.#endOf(prefix));
  }

  /** Values whose keys start with the prefix, in order, those after `startAfter`, at most `limit`. */
  slice(prefix: string, startAfter?: string, limit = Number.POSITIVE_INFINITY): V[] {
    const start =
      startAfter === undefined || startAfter < prefix ? this.#seek(prefix) : this.#seekAfter(startAfter);
    const end = this.#endOf(prefix);
    const found: V[] = [];
    for (let chunk = start.chunk; chunk <= end.chunk && found.length < limit; chunk += 1) {
      const values = this.#chunks[chunk] ?? [];
      const from = chunk === start.chunk ? start.index : 0;
      const to = chunk === end.chunk ? end.index : values.length;
      for (const value of values.slice(from, Math.min(to, from + limit - found.length))) found.push(value);
    }
    return found;
  }

  #append(value: V): void {
    this.#chunks.push([value]);
    this.#size += 1;
  }

  #split(chunk: number): void {
    const values = this.#chunks[chunk];
    if (values === undefined || values.length <= CHUNK_LIMIT) return;
    // Keys often arrive in order: a full last chunk is left nearly full instead of half empty.
    const middle = chunk === this.#chunks.length - 1 ? CHUNK_LIMIT - 16 : CHUNK_LIMIT / 2;
    this.#chunks.splice(chunk + 1, 0, values.splice(middle));
  }

  /** The place of the first key that is not less than `key`; behind the last one in the last chunk when there is none. */
  #seek(key: string): Position {
    const chunk = this.#chunkOf(key);
    const values = this.#chunks[chunk] ?? [];
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const value = values[middle];
      if (value !== undefined && value.key < key) low = middle + 1;
      else high = middle;
    }
    return { chunk, index: low };
  }

  #seekAfter(key: string): Position {
    const position = this.#seek(key);
    const hit = this.#chunks[position.chunk]?.[position.index]?.key === key;
    return hit ? { chunk: position.chunk, index: position.index + 1 } : position;
  }

  /** The chunk in which `key` stands or would stand: the last one that starts at or before it. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const first = this.#chunks[middle]?.[0];
      if (first !== undefined && first.key <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The place behind the last key with the prefix. */
  #endOf(prefix: string): Position {
    if (prefix === '') return { chunk: this.#chunks.length, index: 0 };
    const last = prefix.length - 1;
    return this.#seek(prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1));
  }

  #between(start: Position, end: Position): number {
    if (start.chunk === end.chunk) return Math.max(0, end.index - start.index);
    let count = end.index - start.index;
    for (let chunk = start.chunk; chunk < end.chunk; chunk += 1) count += this.#chunks[chunk]?.length ?? 0;
    return Math.max(0, count);
  }
}

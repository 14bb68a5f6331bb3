/** Keys that wait their turn, each once. */
export interface Line<Key> {
  readonly size: number;
  push(key: Key): void;
  /** Takes the one whose turn it is. */
  shift(): Key | undefined;
  clear(): void;
}

/** First come, first served. */
export class Arrivals<Key> implements Line<Key> {
  readonly #keys = new Set<Key>();

  get size(): number {
    return this.#keys.size;
  }

  push(key: Key): void {
    this.#keys.add(key);
  }

  shift(): Key | undefined {
    const [first] = this.#keys;
    if (first !== undefined) this.#keys.delete(first);
    return first;
  }

  clear(): void {
    this.#keys.clear();
  }
}

interface Place<Key> {
  readonly key: Key;
  readonly rank: readonly number[];
  readonly arrival: number;
}

/** The smallest rank first, read when a key joins; among equals the one that came first. A binary heap. */
export class RankedLine<Key> implements Line<Key> {
  readonly #rankOf: (key: Key) => readonly number[];
  readonly #heap: Place<Key>[] = [];
  #arrivals = 0;

  constructor(rankOf: (key: Key) => readonly number[]) {
    this.#rankOf = rankOf;
  }

  get size(): number {
    return this.#heap.length;
  }

  push(key: Key): void {
    this.#arrivals += 1;
    const place = { key, rank: this.#rankOf(key), arrival: this.#arrivals };
    let index = this.#heap.push(place) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (parent === undefined || isBefore(parent, place)) break;
      this.#heap[index] = parent;
      index = parentIndex;
    }
    this.#heap[index] = place;
  }

  shift(): Key | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return top?.key;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #sink(place: Place<Key>): void {
    let index = 0;
    for (;;) {
      const childIndex = this.#earlierChild(2 * index + 1);
      const child = this.#heap[childIndex];
      if (child === undefined || isBefore(place, child)) break;
      this.#heap[index] = child;
      index = childIndex;
    }
    this.#heap[index] = place;
  }

  #earlierChild(leftIndex: number): number {
    const left = this.#heap[leftIndex];
    const right = this.#heap[leftIndex + 1];
    return left !== undefined && right !== undefined && isBefore(right, left) ? leftIndex + 1 : leftIndex;
  }
}

function isBefore<Key>(a: Place<Key>, b: Place<Key>): boolean {
  for (const [index, value] of a.rank.entries()) {
    const other = b.rank[index] ?? 0;
    if (value !== other) return value < other;
  }
  return a.arrival < b.arrival;
}

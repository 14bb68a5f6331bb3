import { isDeepStrictEqual } from 'node:util';
import type { Waiting } from './contract.js';

/** What each key waits for, and who is told when that changes. */
export class WaitingBoard<Key extends string> {
  readonly #waits = new Map<Key, Waiting>();
  readonly #onChange: (key: Key, waiting: Waiting | undefined) => void;

  constructor(onChange: (key: Key, waiting: Waiting | undefined) => void) {
    this.#onChange = onChange;
  }

  /** The waits as they stand; a live view. */
  get entries(): ReadonlyMap<string, Waiting> {
    return this.#waits;
  }

  /** Records what a key waits for, undefined when it waits for nothing. */
  set(key: Key, waiting: Waiting | undefined): void {
    if (isDeepStrictEqual(this.#waits.get(key), waiting)) return;
    if (waiting === undefined) this.#waits.delete(key);
    else this.#waits.set(key, waiting);
    this.#onChange(key, waiting);
  }
}

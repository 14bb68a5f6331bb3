/** Lets read-modify-writes of one key follow one another, so that none of them works on a version that is being replaced. */
export class KeyLocks {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs `work` when all earlier work on the key is done. */
  async run<R>(key: string, work: () => Promise<R>): Promise<R> {
    const before = this.#tails.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    const tail = mine.catch(() => {});
    this.#tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}

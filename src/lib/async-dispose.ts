/** Makes an AsyncDisposable from a function; a second disposal waits for the first. */
export function asyncDisposable(dispose: () => Promise<void> | void): AsyncDisposable {
  let running: Promise<void> | undefined;
  return {
    [Symbol.asyncDispose]: () => {
      running ??= Promise.resolve(dispose());
      return running;
    },
  };
}

/**
 * Things that were started, stopped in reverse order. Everything is stopped even when something fails to;
 * the failures come out as one error.
 */
export class DisposeStack implements AsyncDisposable {
  readonly #items: AsyncDisposable[] = [];
  #running: Promise<void> | undefined;

  /** Adds what was started and gives it back. */
  use<T extends AsyncDisposable>(item: T): T {
    this.#items.push(item);
    return item;
  }

  /** Adds a function to be run at the end. */
  defer(dispose: () => Promise<void> | void): void {
    this.#items.push(asyncDisposable(dispose));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#running ??= this.#disposeAll();
    return this.#running;
  }

  async #disposeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let item = this.#items.pop(); item !== undefined; item = this.#items.pop()) {
      try {
        await item[Symbol.asyncDispose]();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1)
      throw new AggregateError(failures, `${failures.length} things could not be stopped`);
  }
}

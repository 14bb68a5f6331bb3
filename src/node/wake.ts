import { deferred } from '../lib/deferred.js';
import type { KeySource } from '../reconcile/contract.js';

/** Asks for passes over keys from wherever something happened, and lets others wait for the next such time. */
export interface Waker {
  readonly source: KeySource<string>;
  wake(key: string): void;
  /** Follows the wakes: `next` resolves at the first one since it was last asked. */
  onWake(): { next(): Promise<void>; stop(): void };
}

/** Makes a waker. */
export function createWaker(): Waker {
  const listeners = new Set<(key: string) => void>();
  return {
    source: (enqueue) => {
      listeners.add(enqueue);
      return () => listeners.delete(enqueue);
    },
    wake: (key) => {
      for (const listener of listeners) listener(key);
    },
    onWake: () => {
      let pending = deferred();
      const listener = (): void => pending.resolve();
      listeners.add(listener);
      return {
        async next() {
          await pending.promise;
          pending = deferred();
        },
        stop: () => listeners.delete(listener),
      };
    },
  };
}

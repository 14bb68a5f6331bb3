import type { Random } from './random.js';

/** How waits grow: from `baseMs` by `factor` (2) to `maxMs`; `jitter` adds up to that share at random. */
export interface BackoffOptions {
  readonly baseMs: number;
  readonly maxMs: number;
  readonly factor?: number;
  readonly jitter?: { readonly share: number; readonly random: Random };
}

/** The wait after `failures` failures before this one (0 for the first), in milliseconds. */
export function backoffMs(options: BackoffOptions, failures: number): number {
  const factor = options.factor ?? 2;
  const plain = Math.min(options.baseMs * factor ** failures, options.maxMs);
  const { jitter } = options;
  return jitter === undefined ? plain : plain * (1 + jitter.share * jitter.random.next());
}

/** Counts the failures of one thing and says how long to wait after each. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Failures since the last reset. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure and gives the wait after it, in milliseconds. */
  next(): number {
    const waitMs = backoffMs(this.#options, this.#failures);
    this.#failures += 1;
    return waitMs;
  }

  reset(): void {
    this.#failures = 0;
  }
}

/** A back-off for each key. */
export class KeyedBackoff<Key> {
  readonly #options: BackoffOptions;
  readonly #failures = new Map<Key, number>();

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Failures of a key since it was last forgotten. */
  failures(key: Key): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Counts a failure of the key and gives the wait after it, in milliseconds. */
  next(key: Key): number {
    const failures = this.failures(key);
    this.#failures.set(key, failures + 1);
    return backoffMs(this.#options, failures);
  }

  /** The key succeeded: its next failure counts as the first. */
  forget(key: Key): void {
    this.#failures.delete(key);
  }
}

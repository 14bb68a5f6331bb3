import type { BackoffOptions } from './backoff.js';
import { KeyedBackoff } from './backoff.js';
import type { Clock, Timer } from './clock.js';
import { type Deferred, deferred } from './deferred.js';
import { Arrivals, type Line, RankedLine } from './ranked-line.js';

/** Where a queue takes its time from, and how the waits of failing keys grow (5 ms to 30 s unless given). */
export interface KeyedQueueOptions<Key> {
  readonly clock: Clock;
  readonly backoff?: BackoffOptions;
  /** Which key is taken first: the smaller, compared number by number; the one that came first unless given. */
  readonly rankOf?: (key: Key) => readonly number[];
}

interface Delayed {
  readonly dueMs: number;
  readonly timer: Timer;
}

/**
 * A work queue of keys with client-go's semantics: a key that is added many times before it is taken is taken once;
 * a key is never worked on twice at a time, and one that is added meanwhile comes again when it is done.
 */
export class KeyedQueue<Key> {
  readonly #clock: Clock;
  readonly #backoff: KeyedBackoff<Key>;
  readonly #queued: Line<Key>;
  readonly #isRanked: boolean;
  readonly #dirty = new Set<Key>();
  readonly #processing = new Set<Key>();
  readonly #delayed = new Map<Key, Delayed>();
  readonly #takers: Deferred<Key | undefined>[] = [];
  #idle: Deferred<void> | undefined;
  #closed = false;
  #adds = 0;
  #retries = 0;

  constructor(options: KeyedQueueOptions<Key>) {
    this.#clock = options.clock;
    this.#isRanked = options.rankOf !== undefined;
    this.#queued = options.rankOf === undefined ? new Arrivals() : new RankedLine(options.rankOf);
    this.#backoff = new KeyedBackoff(options.backoff ?? { baseMs: 5, maxMs: 30_000 });
  }

  /** Keys waiting to be taken. */
  get size(): number {
    return this.#queued.size;
  }

  /** Passes that were asked for so far; one that was asked for already counts once. */
  get adds(): number {
    return this.#adds;
  }

  /** Failures that were counted so far. */
  get retries(): number {
    return this.#retries;
  }

  /** No key is queued or worked on; keys that wait for their time do not count. */
  get isIdle(): boolean {
    return this.#queued.size === 0 && this.#dirty.size === 0 && this.#processing.size === 0;
  }

  /** Asks for a pass over a key. */
  add(key: Key): void {
    if (this.#closed || this.#dirty.has(key)) return;
    this.#adds += 1;
    this.#dirty.add(key);
    if (this.#processing.has(key)) return;
    this.#enqueue(key);
  }

  /** Asks for a pass after a while; of two waits the shorter one counts. */
  addAfter(key: Key, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const dueMs = this.#clock.now() + delayMs;
    const earlier = this.#delayed.get(key);
    if (earlier !== undefined && earlier.dueMs <= dueMs) return;
    earlier?.timer.cancel();
    const timer = this.#clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { dueMs, timer });
  }

  /** Asks for a pass after the key's back-off, and counts a failure; returns the wait in milliseconds. */
  addRateLimited(key: Key): number {
    this.#retries += 1;
    const waitMs = this.#backoff.next(key);
    this.addAfter(key, waitMs);
    return waitMs;
  }

  /** The key succeeded: its back-off starts anew. */
  forget(key: Key): void {
    this.#backoff.forget(key);
  }

  /** Failures of the key since it was last forgotten. */
  failures(key: Key): number {
    return this.#backoff.failures(key);
  }

  /** Takes the next key; waits for one; undefined when the queue is closed. Call `done` with the key afterwards. */
  take(): Promise<Key | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const first = this.#queued.shift();
    if (first === undefined) {
      const taker = deferred<Key | undefined>();
      this.#takers.push(taker);
      return taker.promise;
    }
    this.#start(first);
    return Promise.resolve(first);
  }

  /** The pass over a taken key is over. */
  done(key: Key): void {
    this.#processing.delete(key);
    if (this.#dirty.has(key) && !this.#closed) this.#enqueue(key);
    this.#settleIdle();
  }

  /** Resolves when no key is queued or worked on. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    this.#idle ??= deferred();
    return this.#idle.promise;
  }

  /** Takes no more keys, forgets those that wait, and lets takers go. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    this.#queued.clear();
    this.#dirty.clear();
    for (const taker of this.#takers.splice(0)) taker.resolve(undefined);
    this.#settleIdle();
  }

  #enqueue(key: Key): void {
    if (this.#isRanked) {
      this.#queued.push(key);
      // Of keys that are added in one go the first by rank is taken first, not the first that was added.
      queueMicrotask(() => this.#serve());
      return;
    }
    const taker = this.#takers.shift();
    if (taker === undefined) {
      this.#queued.push(key);
      return;
    }
    this.#start(key);
    taker.resolve(key);
  }

  #serve(): void {
    while (this.#takers.length > 0) {
      const key = this.#queued.shift();
      if (key === undefined) return;
      this.#start(key);
      this.#takers.shift()?.resolve(key);
    }
  }

  #start(key: Key): void {
    this.#dirty.delete(key);
    this.#processing.add(key);
  }

  #settleIdle(): void {
    if (!this.isIdle) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}

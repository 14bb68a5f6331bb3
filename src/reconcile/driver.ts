import { isAlreadyExists, isConflict } from '../api/status-error.js';
import { onAbort } from '../lib/abort.js';
import type { BackoffOptions } from '../lib/backoff.js';
import type { Clock } from '../lib/clock.js';
import { messageOf } from '../lib/errors.js';
import { Histogram } from '../lib/histogram.js';
import { KeyedQueue } from '../lib/keyed-queue.js';
import type { Logger } from '../lib/log.js';
import type { KeySource, Reconciler, Waiting } from './contract.js';
import type { Holds } from './holds.js';
import type { PassOutcome, ReconcileMetrics } from './metrics.js';
import type { QueueFigures } from './queue-figures.js';
import { retryBackoff } from './retry.js';
import type { Running } from './running.js';
import { syncedOf } from './sources.js';
import type { WaitAnnouncer } from './wait-announcer.js';
import { WaitingBoard } from './waiting-board.js';

/** What a driver needs to run a reconciler. */
export interface ReconcilerOptions<Key extends string, Facts, Action> {
  readonly reconciler: Reconciler<Key, Facts, Action>;
  readonly sources: readonly KeySource<Key>[];
  /** Caches that `observe` reads besides those that the sources come from: no pass runs before all have their first list. */
  readonly caches?: readonly { readonly synced: Promise<void> }[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Which of the waiting keys comes first: the smaller, compared number by number; the longest waiting unless given. */
  readonly rankOf?: (key: Key) => readonly number[];
  /** Keys worked on at a time; one key never twice. 4 unless given. */
  readonly workers?: number;
  /** Looks at every living key again after this time even when nothing changed; never unless given. */
  readonly resyncMs?: number;
  /** Waits of failing keys; 5 ms doubling to 30 s unless given. */
  readonly backoff?: BackoffOptions;
  /** Told when what a key waits for begins, changes or ends. */
  readonly onWaiting?: (key: Key, waiting: Waiting | undefined) => void;
  /** Tells of waits that last in Events; the driver feeds it and stops it. */
  readonly announcer?: WaitAnnouncer<Key>;
  /** Told of failures; what it feeds is tried again before its back-off ends. */
  readonly holds?: Holds<Key>;
  /** Names an action for log lines and errors. */
  readonly describeAction?: (action: Action) => string;
  readonly metrics?: ReconcileMetrics;
}

const DEFAULT_WORKERS = 4;
/** Bounds of the time that passes take, in milliseconds. */
const workBoundsMs = [0.1, 1, 10, 100, 1000, 10_000];
/** Conflicts in a row that are tried again at once; a key that goes on losing is backed off like any failure. */
const IMMEDIATE_RETRIES = 5;
/** Passes of a worker before it lets timers and sockets have their turn: a pass may consist of promise jobs alone. */
const PASSES_PER_TURN = 16;

/** Starts the one loop that runs reconcilers: queue, workers, back-off, waits, log. */
export function startReconciler<Key extends string, Facts, Action>(
  options: ReconcilerOptions<Key, Facts, Action>,
): Running {
  return new Driver(options);
}

class Driver<Key extends string, Facts, Action> implements Running {
  readonly name: string;
  readonly #options: ReconcilerOptions<Key, Facts, Action>;
  readonly #queue: KeyedQueue<Key>;
  readonly #board: WaitingBoard<Key>;
  readonly #stopping = new AbortController();
  readonly #ready: Promise<unknown>;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #workers: readonly Promise<void>[];
  readonly #lastErrors = new Map<Key, string>();
  readonly #conflicts = new Map<Key, number>();
  readonly #work = new Histogram(workBoundsMs);

  constructor(options: ReconcilerOptions<Key, Facts, Action>) {
    this.#options = options;
    this.name = options.reconciler.name;
    const { clock, backoff = retryBackoff, rankOf, announcer, onWaiting } = options;
    this.#queue = new KeyedQueue({ clock, backoff, ...(rankOf === undefined ? {} : { rankOf }) });
    this.#board = new WaitingBoard((key, waiting) => {
      announcer?.note(key, waiting);
      onWaiting?.(key, waiting);
    });
    this.#ready = this.#waitForCaches();
    this.#workers = Array.from({ length: options.workers ?? DEFAULT_WORKERS }, () => this.#worker());
    const { sources, holds } = options;
    const fed = holds === undefined ? sources : [...sources, holds.source];
    this.#unsubscribe = fed.map((subscribe) => subscribe((key) => this.#queue.add(key)));
  }

  async idle(): Promise<void> {
    await this.#ready;
    await this.#queue.idle();
  }

  waiting(): ReadonlyMap<string, Waiting> {
    return this.#board.entries;
  }

  figures(): QueueFigures {
    const { size, adds, retries } = this.#queue;
    return { depth: size, adds, retries, work: this.#work };
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#stopping.abort();
    this.#queue.close();
    await Promise.all(this.#workers);
    this.#options.announcer?.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Resolves when every cache has its first list, or when there is nothing to wait for any more. */
  #waitForCaches(): Promise<unknown> {
    const { sources, caches = [] } = this.#options;
    const synced = Promise.all([...syncedOf(sources), ...caches.map((cache) => cache.synced)]);
    const stopped = new Promise((resolve) => onAbort(this.#stopping.signal, () => resolve(undefined)));
    // A cache never listed has had its client closed: this driver will be stopped too.
    return Promise.race([synced.catch(() => stopped), stopped]);
  }

  async #worker(): Promise<void> {
    await this.#ready;
    for (let passes = 1; ; passes += 1) {
      const key = await this.#queue.take();
      if (key === undefined) return;
      await this.#pass(key);
      this.#queue.done(key);
      if (passes % PASSES_PER_TURN === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  async #pass(key: Key): Promise<void> {
    const { clock, metrics } = this.#options;
    const startedMs = clock.now();
    let outcome: PassOutcome = 'done';
    try {
      const lookAgainAfterMs = await this.#observePlanPerform(key);
      this.#succeeded(key, lookAgainAfterMs);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      outcome = this.#failed(key, error);
    }
    this.#work.observe(clock.now() - startedMs);
    metrics?.pass(this.name, outcome, clock.now() - startedMs);
  }

  /** Returns when to look again (milliseconds), or undefined for not before something changes. */
  async #observePlanPerform(key: Key): Promise<number | undefined> {
    const { reconciler, clock, resyncMs } = this.#options;
    const facts = await reconciler.observe(key, this.#stopping.signal);
    if (facts === undefined) {
      this.#board.set(key, undefined);
      return undefined;
    }
    const plan = reconciler.plan(facts, new Date(clock.now()));
    this.#board.set(key, plan.waitingFor);
    await this.#performAll(key, plan.actions);
    return plan.lookAgainAfterMs ?? resyncMs;
  }

  /** One after the other; after a failure only what reports is still done. */
  async #performAll(key: Key, actions: readonly Action[]): Promise<void> {
    const { reconciler } = this.#options;
    const { signal } = this.#stopping;
    const failures: unknown[] = [];
    for (const action of actions) {
      if (failures.length > 0 && reconciler.isReport?.(action) !== true) continue;
      signal.throwIfAborted();
      await this.#perform(key, action).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  async #perform(key: Key, action: Action): Promise<void> {
    const { reconciler, log, describeAction } = this.#options;
    const described = describeAction?.(action);
    if (described !== undefined) log.debug('performs', { reconciler: this.name, key, action: described });
    try {
      await reconciler.perform(action, this.#stopping.signal);
    } catch (error) {
      if (described === undefined || isRace(error)) throw error;
      throw new Error(`could not ${described}: ${messageOf(error)}`, { cause: error });
    }
  }

  #succeeded(key: Key, lookAgainAfterMs: number | undefined): void {
    this.#queue.forget(key);
    this.#conflicts.delete(key);
    this.#options.holds?.succeeded(key);
    if (this.#lastErrors.delete(key)) this.#options.log.info('recovered', { reconciler: this.name, key });
    if (lookAgainAfterMs !== undefined) this.#queue.addAfter(key, lookAgainAfterMs);
  }

  #failed(key: Key, error: unknown): PassOutcome {
    this.#options.holds?.failed(key, error);
    const conflicts = (this.#conflicts.get(key) ?? 0) + 1;
    if (isRace(error) && conflicts <= IMMEDIATE_RETRIES) {
      this.#conflicts.set(key, conflicts);
      this.#queue.add(key);
      return 'conflict';
    }
    const retryInMs = this.#queue.addRateLimited(key);
    const message = messageOf(error);
    // A failing key fails the same way again and again: one line, until it fails otherwise or recovers.
    if (this.#lastErrors.get(key) !== message) {
      this.#lastErrors.set(key, message);
      this.#options.log.error('pass failed', { reconciler: this.name, key, error, retryInMs });
    }
    return isRace(error) ? 'conflict' : 'failed';
  }
}

/** Somebody else wrote first: a fresh look is all that is needed. */
function isRace(error: unknown): boolean {
  return isConflict(error) || isAlreadyExists(error);
}

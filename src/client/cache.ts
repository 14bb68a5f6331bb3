import type { KindRef, KubeObject, ObjectKey } from '../api/kube-object.js';
import type { ResourceApi, Watch, WatchEvent } from '../api/resource-api.js';
import { isExpired } from '../api/status-error.js';
import { Backoff, type BackoffOptions } from '../lib/backoff.js';
import type { Clock } from '../lib/clock.js';
import { deferred } from '../lib/deferred.js';
import { messageOf } from '../lib/errors.js';
import type { Logger } from '../lib/log.js';
import type { Cache, CacheChange, CacheOptions } from './client.js';
import { ObjectIndex } from './object-index.js';

/** What a cache needs to run. */
export interface CacheDeps {
  readonly api: ResourceApi;
  readonly clock: Clock;
  readonly log: Logger;
  /** Waits between attempts when the API cannot be reached; 100 ms doubling to 30 s unless given. */
  readonly backoff?: BackoffOptions;
  /** Errors of the first list after which nothing is tried again, and `synced` rejects; unless given, none. */
  readonly isFinal?: (error: unknown) => boolean;
}

/** A cache whose kind does not matter. */
export interface OpenCache extends Disposable {
  readonly options: CacheOptions;
  readonly isSynced: boolean;
  readonly revision: number;
  get(key: ObjectKey): KubeObject | undefined;
  until(done: () => boolean): Promise<void>;
}

const DEFAULT_BACKOFF: BackoffOptions = { baseMs: 100, maxMs: 30_000 };

/**
 * Lists once, then follows by watch from the list's revision. A watch that ends is taken up again where it stopped;
 * one that is told 410 lists anew, and what changed meanwhile is told to listeners as changes like any other.
 */
export class ListWatchCache<T extends KubeObject> implements Cache<T>, OpenCache {
  readonly synced: Promise<void>;
  readonly options: CacheOptions;
  readonly #deps: CacheDeps;
  readonly #kind: KindRef<T>;
  readonly #objects = new ObjectIndex<T>();
  readonly #listeners = new Set<(change: CacheChange<T>) => void>();
  readonly #waiters = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #firstList = deferred();
  readonly #backoff: Backoff;
  #resourceVersion = '';
  #isSynced = false;
  #watch: Watch | undefined;

  constructor(kind: KindRef<T>, options: CacheOptions, deps: CacheDeps) {
    this.#kind = kind;
    this.options = options;
    this.#deps = deps;
    this.#backoff = new Backoff(deps.backoff ?? DEFAULT_BACKOFF);
    this.synced = this.#firstList.promise;
    // Whoever does not wait for the first list need not hear that it never came.
    this.synced.catch(() => {});
    void this.#run();
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  get revision(): number {
    return Number(this.#resourceVersion);
  }

  get(key: ObjectKey): T | undefined {
    return this.#objects.get(key);
  }

  list(namespace?: string): readonly T[] {
    return this.#objects.list(namespace);
  }

  onChange(listener: (change: CacheChange<T>) => void): () => void {
    // A function given twice is two subscriptions.
    const own = (change: CacheChange<T>): void => listener(change);
    this.#listeners.add(own);
    for (const object of this.#objects.list()) this.#tell(own, { before: undefined, after: object });
    return () => this.#listeners.delete(own);
  }

  /** Resolves when `done` holds; it is asked again after every event. */
  async until(done: () => boolean): Promise<void> {
    while (!done() && !this.#closing.signal.aborted) {
      const next = deferred();
      this.#waiters.add(next.resolve);
      await next.promise;
    }
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    this.#watch?.stop();
    this.#listeners.clear();
    this.#wake();
    this.#firstList.reject(new Error(`the client was closed before its ${this.#kind.plural} were listed`));
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === '') await this.#list();
        await this.#follow();
      } catch (error) {
        if (signal.aborted) return;
        if (this.#givesUpAfter(error)) return this.#firstList.reject(error);
        if (isExpired(error)) this.#resourceVersion = '';
        else await this.#waitAfter(error);
      }
    }
  }

  #givesUpAfter(error: unknown): boolean {
    return !this.#isSynced && this.#deps.isFinal?.(error) === true;
  }

  async #list(): Promise<void> {
    const { namespace, labelSelector, fieldSelector } = this.options;
    const list = await this.#deps.api.list(this.#kind, namespace, { labelSelector, fieldSelector });
    if (this.#closing.signal.aborted) return;
    this.#resourceVersion = list.resourceVersion;
    for (const change of this.#objects.replaceAll(list.items)) this.#tellAll(change);
    this.#isSynced = true;
    this.#firstList.resolve();
    this.#backoff.reset();
    this.#wake();
  }

  async #follow(): Promise<void> {
    const { namespace, labelSelector, fieldSelector } = this.options;
    const options = {
      labelSelector,
      fieldSelector,
      resourceVersion: this.#resourceVersion,
      allowWatchBookmarks: true,
    };
    const watch = this.#deps.api.watch(this.#kind, namespace, options, (event) => this.#apply(event));
    this.#watch = watch;
    if (this.#closing.signal.aborted) watch.stop();
    await watch.closed;
  }

  async #waitAfter(error: unknown): Promise<void> {
    const { clock, log } = this.#deps;
    const retryInMs = Math.round(this.#backoff.next());
    log.warn('list-watch interrupted', { resource: this.#kind.plural, why: messageOf(error), retryInMs });
    await clock.sleep(retryInMs, this.#closing.signal).catch(() => {});
  }

  #apply(event: WatchEvent<T>): void {
    if (this.#closing.signal.aborted) return;
    this.#resourceVersion = event.object.metadata?.resourceVersion ?? this.#resourceVersion;
    this.#backoff.reset();
    if (event.type !== 'BOOKMARK') {
      const after = event.type === 'DELETED' ? undefined : event.object;
      const before = after === undefined ? this.#objects.remove(event.object) : this.#objects.put(after);
      if (before !== undefined || after !== undefined) this.#tellAll({ before, after });
    }
    this.#wake();
  }

  #tellAll(change: CacheChange<T>): void {
    // A copy: one who subscribes from within a listener has been replayed this change already.
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) this.#tell(listener, change);
    }
  }

  #tell(listener: (change: CacheChange<T>) => void, change: CacheChange<T>): void {
    try {
      listener(change);
    } catch (error) {
      this.#deps.log.error('a listener of a cache failed', { resource: this.#kind.plural, error });
    }
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}

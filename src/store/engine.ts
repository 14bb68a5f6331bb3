import { type Deferred, deferred } from '../lib/deferred.js';
import type { Logger } from '../lib/log.js';
import type { History, LoggedChange } from './history.js';
import type { Journal } from './journal.js';
import type { OrderedMap } from './ordered-map.js';
import { replay } from './replay.js';
import {
  type Change,
  ConflictError,
  type Encoded,
  type Entry,
  type Expectation,
  type RangeOptions,
  type RangePage,
  type Store,
  type StoreWatch,
} from './store.js';
import { Watchers } from './watchers.js';

/** A write that is asked for but not yet acknowledged. */
interface InFlight {
  readonly change: LoggedChange;
  readonly settled: Deferred<void>;
}

/**
 * The store's one engine: an ordered index and the recent past in memory, and a journal under it.
 * Writes that arrive while a commit runs go together in the next one; all become visible when their commit is done.
 */
export class StoreEngine implements Store {
  readonly #journal: Journal;
  readonly #index: OrderedMap<Entry>;
  readonly #history: History;
  readonly #watchers: Watchers;
  /** The newest write in flight of each key. */
  readonly #inFlight = new Map<string, InFlight>();
  #queue: InFlight[] = [];
  #revision: number;
  #lastAssigned: number;
  #flushing: Promise<void> | undefined;
  #compacting: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(journal: Journal, log: Logger) {
    this.#journal = journal;
    this.#watchers = new Watchers(log);
    const past = replay(journal.open());
    this.#index = past.index;
    this.#history = past.history;
    this.#revision = past.revision;
    this.#lastAssigned = past.revision;
  }

  get revision(): number {
    return this.#revision;
  }

  get compactedRevision(): number {
    return this.#history.compacted;
  }

  get(key: string): Entry | undefined {
    return this.#index.get(key);
  }

  count(prefix: string): number {
    return this.#index.count(prefix);
  }

  range(prefix: string, options: RangeOptions = {}): RangePage {
    const { limit, startAfter, revision } = options;
    if (revision !== undefined && revision < this.#revision) return this.#rangeAt(prefix, revision, options);
    const entries = this.#index.slice(prefix, startAfter, limit);
    const last = entries.at(-1);
    const remaining =
      last === undefined || limit === undefined ? 0 : this.#index.countAfter(prefix, last.key);
    return { entries, revision: this.#revision, remaining };
  }

  put(key: string, encode: (revision: number) => Encoded, expect: Expectation): Promise<Entry> {
    return this.#write(key, expect, (revision, before) => {
      const { value, decoded } = encode(revision);
      const createRevision = before?.createRevision ?? revision;
      const entry: Entry =
        decoded === undefined
          ? { key, value, revision, createRevision }
          : { key, value, revision, createRevision, decoded };
      return { change: { type: 'put', key, revision, entry, previous: before, before }, result: entry };
    });
  }

  delete(
    key: string,
    expect: { readonly revision: number },
    encodeLast?: (revision: number) => Encoded,
  ): Promise<number> {
    return this.#write(key, expect, (revision, before) => {
      const previous =
        encodeLast === undefined || before === undefined
          ? before
          : { key, createRevision: before.createRevision, revision, ...encodeLast(revision) };
      return {
        change: { type: 'delete', key, revision, entry: undefined, previous, before },
        result: revision,
      };
    });
  }

  watch(prefix: string, fromRevision: number, listener: (change: Change) => void): StoreWatch {
    const past = this.#history.after(Math.min(fromRevision, this.#revision));
    return this.#watchers.add(prefix, past, { listener, seenRevision: fromRevision });
  }

  compact(revision: number): Promise<void> {
    const compaction = this.#compacting.then(() => this.#compactTo(Math.min(revision, this.#revision)));
    this.#compacting = compaction.catch(() => {});
    return compaction;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    await this.#compacting;
    this.#watchers.clear();
    await this.#journal.close();
  }

  async #write<R>(
    key: string,
    expect: Expectation,
    make: (
      revision: number,
      before: Entry | undefined,
    ) => { readonly change: LoggedChange; readonly result: R },
  ): Promise<R> {
    if (this.#closed) throw new Error(`could not write ${key}: the store is closed`);
    const ahead = this.#inFlight.get(key);
    const before = ahead === undefined ? this.#index.get(key) : ahead.change.entry;
    if (!holds(expect, before)) {
      // The one ahead may still fail, and its version is not visible yet: a writer told now would read the old one again.
      await ahead?.settled.promise;
      throw new ConflictError(key, this.#index.get(key));
    }
    const { change, result } = make(this.#lastAssigned + 1, before);
    this.#lastAssigned = change.revision;
    const write: InFlight = { change, settled: deferred() };
    this.#inFlight.set(key, write);
    this.#queue.push(write);
    this.#flushing ??= this.#flushSoon();
    await write.settled.promise;
    return result;
  }

  async #flushSoon(): Promise<void> {
    const due = deferred();
    this.#journal.schedule(due.resolve);
    await due.promise;
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#journal.commit(batch.map((write) => write.change));
      } catch (error) {
        this.#failAll(batch, error);
        break;
      }
      for (const write of batch) this.#acknowledge(write);
    }
    this.#flushing = undefined;
  }

  #acknowledge(write: InFlight): void {
    const { change } = write;
    if (change.entry === undefined) this.#index.delete(change.key);
    else this.#index.set(change.entry);
    this.#history.push(change);
    this.#revision = change.revision;
    if (this.#inFlight.get(change.key) === write) this.#inFlight.delete(change.key);
    this.#watchers.notify(change);
    write.settled.resolve();
  }

  /** Those that came later fail too: they were checked against, and numbered after, what is not there. */
  #failAll(batch: readonly InFlight[], error: unknown): void {
    const failed = [...batch, ...this.#queue];
    this.#queue = [];
    this.#inFlight.clear();
    this.#lastAssigned = this.#revision;
    for (const write of failed) write.settled.reject(error);
  }

  async #compactTo(revision: number): Promise<void> {
    if (revision <= this.#history.compacted) return;
    const dropped: number[] = [];
    for (const change of this.#history.upTo(revision)) {
      if (change.before !== undefined) dropped.push(change.before.revision);
      if (change.type === 'delete') dropped.push(change.revision);
    }
    await this.#journal.compact(revision, this.#revision, dropped);
    this.#history.forget(revision);
  }

  /** The state at an older revision: the present with every later change taken back, the newest first. */
  #rangeAt(prefix: string, revision: number, { limit, startAfter }: RangeOptions): RangePage {
    const state = new Map(this.#index.slice(prefix).map((entry) => [entry.key, entry]));
    for (const change of this.#history.after(revision).toReversed()) {
      if (!change.key.startsWith(prefix)) continue;
      if (change.before === undefined) state.delete(change.key);
      else state.set(change.key, change.before);
    }
    const all = [...state.values()]
      .filter((entry) => startAfter === undefined || entry.key > startAfter)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const entries = all.slice(0, limit);
    return { entries, revision, remaining: all.length - entries.length };
  }
}

function holds(expect: Expectation, current: Entry | undefined): boolean {
  return 'absent' in expect ? current === undefined : current?.revision === expect.revision;
}

/** One stored version of a key. `revision` is the store-wide revision of the write that made it; `createRevision` of the write that created the key. */
export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: number;
  readonly createRevision: number;
  /** What the writer attached to this version (a frozen, decoded object): never persisted, so undefined after a restart. */
  readonly decoded?: object;
}

/** What must hold for a write to go through: the key is absent, or its last write was at this revision. */
export type Expectation = { readonly absent: true } | { readonly revision: number };

/** A write that has not been given its revision yet: the value is made from the revision, since an object carries its resourceVersion. */
export interface Encoded {
  readonly value: Uint8Array;
  readonly decoded?: object;
}

/** A change as a watcher sees it. `previous` is the version before it (undefined for a creation). */
export interface Change {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** Revision of this change. */
  readonly revision: number;
  /** The new version, or undefined for a delete. */
  readonly entry: Entry | undefined;
  readonly previous: Entry | undefined;
}

/** Options of `range`. `startAfter` is the last key of the page before; `revision` asks for the state at that revision (TooOldError when compacted). */
export interface RangeOptions {
  readonly limit?: number;
  readonly startAfter?: string;
  readonly revision?: number;
}

/** A page of keys in byte order. `revision` is the revision the page shows. */
export interface RangePage {
  readonly entries: readonly Entry[];
  readonly revision: number;
  /** Keys of the prefix after this page. */
  readonly remaining: number;
}

/** A running watch of a prefix; `stop` is final. */
export interface StoreWatch {
  stop(): void;
}

/**
 * A revisioned key-value log. A write that is acknowledged is on disk (group commit); readers and watchers see it only then.
 * Revisions start at 1, grow by one with each write, and never repeat, also across restarts.
 */
export interface Store {
  /** Revision of the last acknowledged write; 0 when nothing was ever written. */
  readonly revision: number;
  get(key: string): Entry | undefined;
  range(prefix: string, options?: RangeOptions): RangePage;
  /** Number of keys under a prefix. */
  count(prefix: string): number;
  /** Rejects with ConflictError when `expect` does not hold (checked against writes in flight too), and with StoreFullError when the disk is full. */
  put(key: string, encode: (revision: number) => Encoded, expect: Expectation): Promise<Entry>;
  /** `expect.revision` must be the key's last revision. Resolves with the revision of the delete. `encodeLast` makes the last state that watchers see from that revision. */
  delete(
    key: string,
    expect: { readonly revision: number },
    encodeLast?: (revision: number) => Encoded,
  ): Promise<number>;
  /**
   * Calls `listener` with every change under `prefix` after `fromRevision`, in order, the retained past first (synchronously), then as they are acknowledged.
   * Throws TooOldError when `fromRevision` is compacted. For a delete, `change.previous` is the last state, re-encoded by `encodeLast` where given.
   */
  watch(prefix: string, fromRevision: number, listener: (change: Change) => void): StoreWatch;
  /** Forgets history up to and including `revision`: watches and ranges from before it fail with TooOldError. */
  compact(revision: number): Promise<void>;
  /** Revision up to which history is forgotten. */
  readonly compactedRevision: number;
  close(): Promise<void>;
}

/** The write's expectation did not hold. `current` is what stands there now. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  readonly key: string;
  readonly current: Entry | undefined;
  constructor(key: string, current: Entry | undefined) {
    super(
      `write to ${key} refused: it ${current === undefined ? 'does not exist' : `was last written at revision ${current.revision}`}`,
    );
    this.key = key;
    this.current = current;
  }
}

/** The history that was asked for is compacted. */
export class TooOldError extends Error {
  override readonly name = 'TooOldError';
  readonly requested: number;
  readonly compacted: number;
  constructor(requested: number, compacted: number) {
    super(`revision ${requested} is too old: history up to ${compacted} is compacted`);
    this.requested = requested;
    this.compacted = compacted;
  }
}

/** The disk took no more; the write was not acknowledged and changed nothing. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
}

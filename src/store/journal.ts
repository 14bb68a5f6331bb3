import type { LoggedChange } from './history.js';

/** What a journal holds from before: replayed into the index when a store opens. */
export interface JournalContents {
  /** The last revision that was ever acknowledged. */
  readonly revision: number;
  readonly compactedRevision: number;
  /** All versions that are kept, in the order of their revisions: the live ones and the history. */
  readonly records: Iterable<JournalRecord>;
}

/** One version in a journal. For a delete, `value` is the last state as watchers saw it, empty when it was not made anew. */
export interface JournalRecord {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly revision: number;
  readonly createRevision: number;
  readonly value: Uint8Array;
}

/** Where writes go to last. Calls never overlap, except that a compaction may run beside a commit. */
export interface Journal {
  /** Reads everything; called once, first. */
  open(): JournalContents;
  /** Resolves when all of the changes are kept for good; rejects when none of them is. */
  commit(changes: readonly LoggedChange[]): Promise<void>;
  /** Drops the versions with these revisions and records how far history is forgotten. */
  compact(compactedRevision: number, revision: number, dropped: readonly number[]): Promise<void>;
  /** Runs `flush` soon, once the writes that belong together have been asked for. */
  schedule(flush: () => void): void;
  close(): Promise<void>;
}

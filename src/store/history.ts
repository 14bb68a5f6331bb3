import { type Change, type Entry, TooOldError } from './store.js';

/** A change as the log keeps it: `before` is the true version before it, also where watchers of a delete saw a last state made anew. */
export interface LoggedChange extends Change {
  readonly before: Entry | undefined;
}

/** Changes that keep their decoded objects; a slow watcher of older ones has them parsed again. */
const DECODED_CHANGES = 512;

function withoutDecoded(entry: Entry | undefined): Entry | undefined {
  if (entry?.decoded === undefined) return entry;
  const { key, value, revision, createRevision } = entry;
  return { key, value, revision, createRevision };
}

/** The retained past: one change a revision, without gaps, from the compacted revision on. */
export class History {
  #changes: LoggedChange[] = [];
  #compacted: number;

  constructor(compacted: number) {
    this.#compacted = compacted;
  }

  get compacted(): number {
    return this.#compacted;
  }

  /** Adds the next change. */
  push(change: LoggedChange): void {
    this.#changes.push(change);
    this.#slim(this.#changes.length - 1 - DECODED_CHANGES);
  }

  /** The changes after a revision, oldest first; throws TooOldError when some of them are forgotten. */
  after(revision: number): readonly LoggedChange[] {
    if (revision < this.#compacted) throw new TooOldError(revision, this.#compacted);
    return this.#changes.slice(revision - this.#compacted);
  }

  /** The changes that a compaction up to `revision` would forget. */
  upTo(revision: number): readonly LoggedChange[] {
    return this.#changes.slice(0, Math.max(0, revision - this.#compacted));
  }

  /** Forgets the changes up to and including `revision`. */
  forget(revision: number): void {
    if (revision <= this.#compacted) return;
    this.#changes = this.#changes.slice(revision - this.#compacted);
    this.#compacted = revision;
  }

  #slim(index: number): void {
    const change = this.#changes[index];
    if (change === undefined) return;
    const { type, key, revision } = change;
    this.#changes[index] = {
      type,
      key,
      revision,
      entry: withoutDecoded(change.entry),
      previous: withoutDecoded(change.previous),
      before: withoutDecoded(change.before),
    };
  }
}

import { statfs } from 'node:fs/promises';
import { type Database, open, type RootDatabase } from 'lmdb';
import { messageOf } from '../lib/errors.js';
import type { LoggedChange } from './history.js';
import type { Journal, JournalContents, JournalRecord } from './journal.js';
import { decodeRecord, encodeRecord } from './record.js';
import { StoreFullError } from './store.js';

const FORMAT = 1;
const ENOSPC = 28;
const EDQUOT = 122;
const EIO = 5;
const MDB_MAP_FULL = -30792;
/** LMDB reports a short write as an input/output error; with less than this left on the disk it means "full". */
const FULL_BELOW_BYTES = 1024 * 1024;

type MetaKey = 'format' | 'revision' | 'compactedRevision';

/** Keeps every version under its revision, in LMDB. A resolved commit is on disk: LMDB's sync is part of the commit (`overlappingSync: false`). */
export class LmdbJournal implements Journal {
  readonly #directory: string;
  readonly #format: number;
  readonly #env: RootDatabase<Buffer, string>;
  readonly #versions: Database<Uint8Array, number>;
  readonly #meta: Database<number, MetaKey>;

  constructor(directory: string, format = FORMAT) {
    this.#directory = directory;
    this.#format = format;
    this.#env = open({
      path: directory,
      // A commit is over when its pages are on disk, not before.
      overlappingSync: false,
      // The batches are ours. LMDB's own would leave, when a commit fails, a rejected promise that nobody can listen to.
      eventTurnBatching: false,
      encoding: 'binary',
      cache: false,
      maxDbs: 4,
    });
    this.#versions = this.#env.openDB('versions', { encoding: 'binary', cache: false });
    this.#meta = this.#env.openDB('meta', { encoding: 'ordered-binary', cache: false });
  }

  open(): JournalContents {
    this.#checkFormat();
    const [last] = this.#versions.getKeys({ reverse: true, limit: 1 });
    return {
      revision: Math.max(last ?? 0, this.#meta.get('revision') ?? 0),
      compactedRevision: this.#meta.get('compactedRevision') ?? 0,
      records: this.#records(),
    };
  }

  async commit(changes: readonly LoggedChange[]): Promise<void> {
    await this.#batch(`write revisions up to ${changes.at(-1)?.revision}`, () =>
      changes.map((change) => this.#versions.put(change.revision, encodeRecord(change))),
    );
  }

  async compact(compactedRevision: number, revision: number, dropped: readonly number[]): Promise<void> {
    const what = `compact history up to revision ${compactedRevision}`;
    await this.#batch(what, () => [
      this.#meta.put('revision', revision),
      this.#meta.put('compactedRevision', compactedRevision),
      ...dropped.map((old) => this.#versions.remove(old)),
    ]);
    // LMDB uses freed pages again only after one more commit; on a full disk that is what lets writes go on.
    await this.#batch(what, () => [this.#meta.put('revision', revision)]);
  }

  schedule(flush: () => void): void {
    // After the sockets have been read: all requests of this turn go into one commit.
    setImmediate(flush);
  }

  close(): Promise<void> {
    return this.#env.close();
  }

  #checkFormat(): void {
    const format = this.#meta.get('format');
    if (format === undefined) this.#meta.putSync('format', this.#format);
    else if (format !== this.#format) {
      throw new Error(
        `could not open the store in ${this.#directory}: it has format ${format}, and this version of Holdfast reads format ${this.#format}`,
      );
    }
  }

  *#records(): Iterable<JournalRecord> {
    for (const { key, value } of this.#versions.getRange()) {
      yield decodeRecord(key, Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    }
  }

  async #batch(what: string, write: () => readonly Promise<boolean>[]): Promise<void> {
    let single: readonly Promise<boolean>[] = [];
    try {
      await this.#env.batch(() => {
        single = write();
        // Each of them rejects when the batch does; the batch's own promise is the one that is listened to.
        for (const promise of single) promise.catch(() => {});
      });
    } catch (error) {
      throw await this.#explain(what, error);
    }
  }

  async #explain(what: string, error: unknown): Promise<Error> {
    const cause = await causeOf(error);
    const message = `could not ${what} in the store ${this.#directory}: ${messageOf(cause)}`;
    if (await this.#isFull(cause)) {
      return new StoreFullError(`${message}: the disk is full; nothing was changed; free some space`, {
        cause,
      });
    }
    return new Error(message, { cause });
  }

  async #isFull(cause: unknown): Promise<boolean> {
    const code = codeOf(cause);
    if (code === ENOSPC || code === EDQUOT || code === MDB_MAP_FULL) return true;
    if (code !== EIO) return false;
    const { bavail, bsize } = await statfs(this.#directory);
    return bavail * bsize < FULL_BELOW_BYTES;
  }
}

/** LMDB's error says "see commitError": a promise that rejects with the real one. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

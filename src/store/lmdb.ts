import { type Logger, silentLogger } from '../lib/log.js';
import { lockDirectory } from './directory-lock.js';
import { StoreEngine } from './engine.js';
import type { Journal } from './journal.js';
import { LmdbJournal } from './lmdb-journal.js';
import type { Store } from './store.js';

/** Opens the store in a directory, made when missing; fails with DirectoryInUseError when another process has it open. */
export function openLmdbStore(directory: string, options: { readonly log?: Logger } = {}): Store {
  const lock = lockDirectory(directory);
  try {
    const journal = unlocking(new LmdbJournal(directory), lock.release);
    return new StoreEngine(journal, options.log ?? silentLogger);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function unlocking(journal: Journal, release: () => void): Journal {
  return {
    open: () => journal.open(),
    commit: (changes) => journal.commit(changes),
    compact: (compactedRevision, revision, dropped) => journal.compact(compactedRevision, revision, dropped),
    schedule: (flush) => journal.schedule(flush),
    close: () => journal.close().finally(release),
  };
}

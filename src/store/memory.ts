import { type Logger, silentLogger } from '../lib/log.js';
import { StoreEngine } from './engine.js';
import type { Journal } from './journal.js';
import type { Store } from './store.js';

/** A journal that keeps nothing. */
export const memoryJournal: Journal = {
  open: () => ({ revision: 0, compactedRevision: 0, records: [] }),
  commit: () => Promise.resolve(),
  compact: () => Promise.resolve(),
  schedule: (flush) => queueMicrotask(flush),
  close: () => Promise.resolve(),
};

/** A store that lives as long as the process; for tests and simulations. */
export function openMemoryStore(options: { readonly log?: Logger } = {}): Store {
  return new StoreEngine(memoryJournal, options.log ?? silentLogger);
}

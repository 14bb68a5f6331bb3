import type { Clock, Timer } from '../lib/clock.js';
import { messageOf } from '../lib/errors.js';
import type { Logger } from '../lib/log.js';
import type { Store } from './store.js';

/** How much of the past is kept: the last `keepMs` milliseconds, but at most `keepChanges` changes. */
export interface CompactionPolicy {
  readonly keepMs?: number;
  readonly keepChanges?: number;
  /** How often to look, in milliseconds. */
  readonly everyMs?: number;
}

/** Forgets the store's past by a policy (5 minutes, at most 10,000 changes), until it is stopped. */
export function startCompaction(
  deps: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
  policy: CompactionPolicy = {},
): AsyncDisposable {
  const { store, clock, log } = deps;
  const { keepMs = 300_000, keepChanges = 10_000, everyMs = 30_000 } = policy;
  const marks: { readonly atMs: number; readonly revision: number }[] = [];
  let running: Promise<void> = Promise.resolve();
  let timer: Timer = clock.after(everyMs, look);

  function look(): void {
    const now = clock.now();
    marks.push({ atMs: now, revision: store.revision });
    let upTo = store.revision - keepChanges;
    for (let oldest = marks[0]; oldest !== undefined && oldest.atMs <= now - keepMs; oldest = marks[0]) {
      upTo = Math.max(upTo, oldest.revision);
      marks.shift();
    }
    if (upTo > store.compactedRevision) running = compact(upTo);
    timer = clock.after(everyMs, look);
  }

  async function compact(revision: number): Promise<void> {
    try {
      await store.compact(revision);
    } catch (error) {
      log.warn('the history of the store could not be compacted', { revision, why: messageOf(error) });
    }
  }

  return {
    [Symbol.asyncDispose]: () => {
      timer.cancel();
      return running;
    },
  };
}

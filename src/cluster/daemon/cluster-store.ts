import type { DisposeStack } from '../../lib/async-dispose.js';
import { startCompaction } from '../../store/compaction.js';
import { openLmdbStore } from '../../store/lmdb.js';
import type { Store } from '../../store/store.js';
import type { DaemonOptions } from './daemon.js';

/** Opens the cluster's store, and forgets its past as time goes by; both end with the stack. */
export function openClusterStore({ paths, clock, log }: DaemonOptions, stack: DisposeStack): Store {
  const store = openLmdbStore(paths.stateFiles.store, { log });
  stack.defer(() => store.close());
  stack.use(startCompaction({ store, clock, log }));
  return store;
}

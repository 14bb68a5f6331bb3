import type { Write } from '../registry/registry.js';
import type { Claim } from './quotas.js';

/** Lets a write go on when the quotas of its Namespace allow it, and holds what it takes until it is over. */
export function withinQuotas<R>(write: Write, claim: Claim, work: () => Promise<R>): Promise<R> {
  const hold = write.registry.quotas.take(claim);
  // Most Namespaces have no quotas, and their writes are not to wait for anything.
  return hold === undefined ? work() : work().finally(() => hold.release());
}

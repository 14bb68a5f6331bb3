import type { Pod, Taint } from '../../api/generated/core-v1.js';

/** A NoExecute taint of a Pod's node, and when it was first there; milliseconds since the epoch. */
export interface StandingTaint {
  readonly taint: Taint;
  readonly sinceMs: number;
}

/** All that a pass over one Pod looks at. */
export interface EvictionFacts {
  readonly pod: Pod;
  readonly taints: readonly StandingTaint[];
}

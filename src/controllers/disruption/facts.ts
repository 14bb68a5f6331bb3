import type { Pod } from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget } from '../../api/generated/policy-v1.js';

/** Who keeps a Pod, and how many Pods it wants; `replicas` is undefined for kinds that have no number of Pods. */
export interface Keeper {
  readonly uid: string;
  readonly kind: string;
  readonly replicas: number | undefined;
}

/** A Pod that the budget covers. */
export interface CoveredPod {
  readonly pod: Pod;
  /** `none`: nobody keeps it. `unknown`: its owner is not there. */
  readonly keeper: Keeper | 'none' | 'unknown';
}

/** All that a pass over one budget looks at. */
export interface DisruptionFacts {
  readonly budget: PodDisruptionBudget;
  readonly pods: readonly CoveredPod[];
}

import type { ReplicaSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';

/** All that a pass over one ReplicaSet looks at. */
export interface ReplicaSetFacts {
  readonly set: ReplicaSet;
  /** Pods of the namespace that the set owns or selects. */
  readonly pods: readonly Pod[];
  /** How many Pods of the set and of sets with the same owner stand on each node. */
  readonly podsOnNode: ReadonlyMap<string, number>;
}

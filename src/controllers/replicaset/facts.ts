import type { Pod } from '../../api/generated/core-v1.js';
import type { LabelSelector } from '../../api/generated/meta-v1.js';
import type { ReplicaKind, Replicated } from './kind.js';

/** All that a pass over one set looks at. */
export interface ReplicaSetFacts {
  readonly kind: Pick<ReplicaKind<Replicated>, 'row' | 'countsTerminating'>;
  readonly set: Replicated;
  readonly selector: LabelSelector;
  /** Pods of the namespace that the set owns or selects. */
  readonly pods: readonly Pod[];
  /** How many Pods of the set and of sets with the same owner stand on each node. */
  readonly podsOnNode: ReadonlyMap<string, number>;
}

import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';

/** All that a pass over one Deployment looks at. */
export interface DeploymentFacts {
  readonly deployment: Deployment;
  /** ReplicaSets of the namespace that the Deployment owns or selects. */
  readonly replicaSets: readonly ReplicaSet[];
  /** Pods of the namespace that belong to one of those ReplicaSets. */
  readonly pods: readonly Pod[];
  /** Names of ReplicaSets in the namespace that are not the Deployment's. */
  readonly takenNames: ReadonlySet<string>;
}

import type { FeatureGates } from '../../api/feature-gates.js';
import type { ControllerRevision, StatefulSet } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { Waiting } from '../../reconcile/contract.js';

/** All that a pass over one StatefulSet looks at. */
export interface StatefulSetFacts {
  readonly set: StatefulSet;
  /** Pods of the namespace whose name is `<set>-<number>`, or that the set owns. */
  readonly pods: readonly Pod[];
  /** Claims of the ordinals that the set wants or has a Pod of. */
  readonly claims: readonly PersistentVolumeClaim[];
  /** Revisions of the namespace that the set owns, matches, or would like to take the name of. */
  readonly revisions: readonly ControllerRevision[];
  readonly gates: FeatureGates;
  /** What the set waits for, once it has done so for longer than the ordinary course of things takes. */
  readonly lastingWait?: Waiting | undefined;
}

import type { ControllerRevision, DaemonSet } from '../../api/generated/apps-v1.js';
import type { Node, Pod } from '../../api/generated/core-v1.js';
import type { NodeFailures } from './failure-memory.js';

/** All that a pass over one DaemonSet looks at. */
export interface DaemonSetFacts {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  /** Pods of the namespace that the set owns or selects. */
  readonly pods: readonly Pod[];
  /** Revisions of the namespace that the set owns, matches, or would like to take the name of. */
  readonly revisions: readonly ControllerRevision[];
  /** By node: the failed Pods that were deleted there. */
  readonly failures: ReadonlyMap<string, NodeFailures>;
}

import type { Node, Pod } from '../../api/generated/core-v1.js';

/** All that a pass over one Node looks at. */
export interface NodeLifecycleFacts {
  readonly node: Node;
  /** Every Node, this one included. */
  readonly nodes: readonly Node[];
  /** The Pods that are on it. */
  readonly pods: readonly Pod[];
  /** When it was last seen to have said anything; milliseconds since the epoch. */
  readonly heardMs: number;
}

/** Kubernetes' node-monitor-grace-period: a node that says nothing for longer is given up. */
export const graceMs = 50_000;

/** A node is looked at this often, so that a pause of the controller itself is told from one of the node. */
export const periodMs = 10_000;

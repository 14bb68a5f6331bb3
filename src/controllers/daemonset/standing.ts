import type { DaemonSet } from '../../api/generated/apps-v1.js';
import type { Node, Taint } from '../../api/generated/core-v1.js';
import { allowsNode } from '../../api/node-affinity.js';
import { untolerated } from '../../api/tolerations.js';
import { daemonSpec } from './daemon-pod.js';

/** What a set has to do with a node. */
export interface Standing {
  /** There shall be a Pod. */
  readonly shouldRun: boolean;
  /** A Pod that is there may stay: of the taints, only NoExecute drives it out. */
  readonly mayStay: boolean;
  /** Why there shall be none, for a person. */
  readonly refusal?: string;
}

/** Looks at the node name, the node selector and affinity of the template, and at the node's taints. Resources are the scheduler's. */
export function standingOn(set: DaemonSet, node: Node): Standing {
  const spec = set.spec?.template.spec ?? { containers: [] };
  const pod = { spec: daemonSpec(spec) };
  const isMeant = !spec.nodeName || spec.nodeName === node.metadata?.name;
  if (!isMeant || !allowsNode(pod, node)) {
    const refusal = isMeant
      ? 'is not selected by its template'
      : `is not ${spec.nodeName}, which its template names`;
    return { shouldRun: false, mayStay: false, refusal };
  }
  const mayStay = untolerated(pod, taintsOf(node, ['NoExecute'])) === undefined;
  const taint = untolerated(pod, taintsOf(node, ['NoExecute', 'NoSchedule']));
  if (taint === undefined) return { shouldRun: true, mayStay };
  return { shouldRun: false, mayStay, refusal: `has the taint ${taint.key}, which it does not tolerate` };
}

function taintsOf({ spec }: Node, effects: readonly string[]): readonly Taint[] {
  return (spec?.taints ?? []).filter(({ effect }) => effects.includes(effect));
}

import type { Node, Pod, Taint } from '../../api/generated/core-v1.js';
import { isTolerated } from '../../api/tolerations.js';

/** Taints that keep Pods away; a node that is not ready counts as tainted so, even before anyone has tainted it. */
export function hardTaints(node: Node): readonly Taint[] {
  const own = (node.spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule');
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return ready ? own : [...own, { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }];
}

/** How many taints of effect PreferNoSchedule a Pod does not tolerate. */
export function softTaints(pod: Pod, node: Node): number {
  if (node.spec?.taints === undefined) return 0;
  const soft = node.spec.taints.filter(({ effect }) => effect === 'PreferNoSchedule');
  return soft.filter((taint) => !isTolerated(pod, taint)).length;
}

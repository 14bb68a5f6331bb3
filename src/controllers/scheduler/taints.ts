import type { Node, Pod, Taint } from '../../api/generated/core-v1.js';
import { tolerates } from '../../api/tolerations.js';

/** Taints that keep Pods away; a node that is not ready counts as tainted so, even before anyone has tainted it. */
export function hardTaints(node: Node): readonly Taint[] {
  const own = (node.spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule');
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return ready ? own : [...own, { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }];
}

/** The first of the taints that a Pod does not tolerate. */
export function untolerated(pod: Pod, taints: readonly Taint[]): Taint | undefined {
  return taints.find((taint) => !isTolerated(pod, taint));
}

/** How many taints of effect PreferNoSchedule a Pod does not tolerate. */
export function softTaints(pod: Pod, node: Node): number {
  if (node.spec?.taints === undefined) return 0;
  const soft = node.spec.taints.filter(({ effect }) => effect === 'PreferNoSchedule');
  return soft.filter((taint) => !isTolerated(pod, taint)).length;
}

/** Whether any of a Pod's tolerations covers a taint. */
function isTolerated(pod: Pod, taint: Taint): boolean {
  return (pod.spec?.tolerations ?? []).some((toleration) => tolerates(toleration, taint));
}

import type { Node, Pod, Taint } from '../../api/generated/core-v1.js';

/** The first taint of a node that keeps a Pod away; a node that is not ready counts as tainted so. */
export function untolerated(pod: Pod, node: Node): Taint | undefined {
  return taintsOf(node).find((taint) => taint.effect !== 'PreferNoSchedule' && !isTolerated(pod, taint));
}

function taintsOf(node: Node): readonly Taint[] {
  const own = node.spec?.taints ?? [];
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return ready ? own : [...own, { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }];
}

function isTolerated(pod: Pod, taint: Taint): boolean {
  return (pod.spec?.tolerations ?? []).some(({ key, operator = 'Equal', value = '', effect }) => {
    if (effect && effect !== taint.effect) return false;
    if (!key) return operator === 'Exists';
    return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''));
  });
}

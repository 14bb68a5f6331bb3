import type { Pod } from '../../api/generated/core-v1.js';
import { isPodReady, podCondition } from '../../api/pods.js';

/** Annotation by which a user says which Pods to spare when scaling down: the lower, the sooner it goes. */
export const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost';

type Measure = (pod: Pod) => number;

const phaseRank: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

function readySince(pod: Pod): number {
  return Date.parse(podCondition(pod, 'Ready')?.lastTransitionTime ?? '') || 0;
}

function deletionCost(pod: Pod): number {
  return Number.parseInt(pod.metadata?.annotations?.[deletionCostAnnotation] ?? '0', 10) || 0;
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));
}

/** Puts the Pods that are cheapest to lose first, by Kubernetes' criteria in Kubernetes' order. */
export function cheapestFirst(pods: readonly Pod[], podsOnNode: ReadonlyMap<string, number>): readonly Pod[] {
  const measures: readonly Measure[] = [
    (pod) => (pod.spec?.nodeName ? 1 : 0),
    (pod) => phaseRank[pod.status?.phase ?? 'Pending'] ?? 0,
    (pod) => (isPodReady(pod) ? 1 : 0),
    deletionCost,
    (pod) => -(podsOnNode.get(pod.spec?.nodeName ?? '') ?? 0),
    (pod) => -readySince(pod),
    (pod) => -restarts(pod),
    (pod) => -Date.parse(pod.metadata?.creationTimestamp ?? ''),
  ];
  return [...pods].sort((a, b) => compare(measures, a, b));
}

function compare(measures: readonly Measure[], a: Pod, b: Pod): number {
  for (const measure of measures) {
    const difference = measure(a) - measure(b);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}

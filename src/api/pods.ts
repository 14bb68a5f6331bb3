import { semanticEqual } from './deep.js';
import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from './generated/core-v1.js';
import type { KubeObject } from './kube-object.js';

/** The Pod's condition of this type, if it has one. */
export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** True when the Pod's condition `Ready` is `True`. */
export function isPodReady(pod: Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True';
}

/** True when deletion of the object has begun. */
export function isTerminating(object: KubeObject): boolean {
  return object.metadata?.deletionTimestamp !== undefined && object.metadata.deletionTimestamp !== null;
}

/** True when the Pod has ended for good: phase `Succeeded` or `Failed`. */
export function isPodFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** True when the Pod may still do work: neither finished nor terminating. */
export function isPodActive(pod: Pod): boolean {
  return !isPodFinished(pod) && !isTerminating(pod);
}

/** True when the Pod's phase is `Running` and it is ready. */
export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && isPodReady(pod);
}

/** Milliseconds until a ready Pod counts as available; 0 when it does, undefined when it is not ready. `now` in milliseconds. */
export function msUntilAvailable(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const ready = podCondition(pod, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds <= 0) return 0;
  const since = Date.parse(ready.lastTransitionTime ?? '');
  if (Number.isNaN(since)) return undefined;
  return Math.max(0, since + minReadySeconds * 1000 - now);
}

/** True when the Pod has been ready for `minReadySeconds`. `now` in milliseconds. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  return msUntilAvailable(pod, minReadySeconds, now) === 0;
}

/**
 * The status with this condition set; the very same status when nothing changes. `lastTransitionTime` moves only
 * when the condition's `status` does: pass the present time in it.
 */
export function setPodCondition(status: PodStatus, condition: PodCondition): PodStatus {
  const conditions = status.conditions ?? [];
  const old = conditions.find((other) => other.type === condition.type);
  if (old === undefined) return { ...status, conditions: [...conditions, condition] };
  const kept =
    old.status === condition.status
      ? { ...condition, lastTransitionTime: old.lastTransitionTime }
      : condition;
  if (semanticEqual(old, kept)) return status;
  return { ...status, conditions: conditions.map((other) => (other === old ? kept : other)) };
}

/** Every container of the Pod: those that start it, those that it is for, and those that were added to look into it. */
export function everyContainer({ spec }: Pick<Pod, 'spec'>): readonly Container[] {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec ?? {};
  return [...initContainers, ...containers, ...ephemeralContainers];
}

/** The status of every container of the Pod. */
export function everyContainerStatus({ status }: Pick<Pod, 'status'>): readonly ContainerStatus[] {
  const {
    initContainerStatuses = [],
    containerStatuses = [],
    ephemeralContainerStatuses = [],
  } = status ?? {};
  return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
}

import type { Job } from '../../api/generated/batch-v1.js';
import type { ContainerStatus, Pod } from '../../api/generated/core-v1.js';
import { isTerminating, podCondition } from '../../api/pods.js';
import type { PodEnd } from './facts.js';

/** The finalizer that keeps a Pod until its Job has counted it. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';

/** Annotation and label that carry a Pod's completion index. */
export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

/** True while the Job has not finished counting the Pod. */
export function isTracked(pod: Pod): boolean {
  return pod.metadata?.finalizers?.includes(trackingFinalizer) === true;
}

/** True when terminating Pods are replaced only once they have ended. */
export function replacesOnlyFailed(job: Job): boolean {
  return job.spec?.podReplacementPolicy === 'Failed' || hasFailurePolicy(job);
}

/** True when the Job says what a failure of a Pod means. */
export function hasFailurePolicy(job: Job): boolean {
  return job.spec?.podFailurePolicy !== undefined && job.spec.podFailurePolicy !== null;
}

/** True for completionMode Indexed. */
export function isIndexed(job: Job): boolean {
  return job.spec?.completionMode === 'Indexed';
}

/** True when each index has a back-off limit of its own. */
export function hasLimitPerIndex(job: Job): boolean {
  const limit = job.spec?.backoffLimitPerIndex;
  return isIndexed(job) && limit !== undefined && limit !== null;
}

/** True when the Pod ended in success. */
export function isSucceeded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded';
}

/** True for a Pod deleted before it had a node: nobody is there to say how it ended. */
export function isAbandoned(pod: Pod): boolean {
  return isTerminating(pod) && !pod.spec?.nodeName;
}

/** True when the Pod failed; one that is being deleted counts as failed unless its replacement has to wait for its end. */
export function isFailed(job: Job, pod: Pod): boolean {
  if (pod.status?.phase === 'Failed' || isAbandoned(pod)) return true;
  return !replacesOnlyFailed(job) && isTerminating(pod) && !isSucceeded(pod);
}

/** The Pod's completion index; undefined when it has none that is valid for the Job. */
export function indexOf(job: Job, pod: Pod): number | undefined {
  const text = pod.metadata?.annotations?.[indexAnnotation] ?? '';
  if (!/^\d+$/.test(text)) return undefined;
  const index = Number(text);
  return index < (job.spec?.completions ?? 0) ? index : undefined;
}

/** When the Pod ended, milliseconds since the epoch: by its containers, its readiness, its deletion, or its creation. */
export function finishedAtMs(pod: Pod): number {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata ?? {};
  const ready = podCondition(pod, 'Ready');
  const candidates = [
    lastContainerEndMs(pod),
    ready?.status === 'False' ? Date.parse(ready.lastTransitionTime ?? '') : Number.NaN,
    Date.parse(deletionTimestamp ?? '') - deletionGracePeriodSeconds * 1000,
    Date.parse(creationTimestamp ?? ''),
  ];
  return candidates.find((ms) => !Number.isNaN(ms)) ?? 0;
}

/** NaN unless every container has ended at a known time; sidecars end after the others. */
function lastContainerEndMs(pod: Pod): number {
  const sidecars = (pod.spec?.initContainers ?? [])
    .filter(({ restartPolicy }) => restartPolicy === 'Always')
    .map(({ name }) => name);
  const statuses = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.includes(name)),
  ];
  if (statuses.length === 0) return Number.NaN;
  return Math.max(...statuses.map(endMs));
}

function endMs(status: ContainerStatus): number {
  return Date.parse(status.state?.terminated?.finishedAt ?? '');
}

/** How the Pod ended; undefined while it has not. */
export function endOf(job: Job, pod: Pod): PodEnd | undefined {
  const failed = isFailed(job, pod);
  if (!failed && !isSucceeded(pod)) return undefined;
  return { uid: pod.metadata?.uid ?? '', failed, atMs: finishedAtMs(pod) };
}

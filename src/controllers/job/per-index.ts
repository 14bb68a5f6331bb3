import type { Job } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { verdictOn } from './failure-policy.js';
import { hasIndex, type Indexes, withIndexes } from './indexes.js';
import { hasLimitPerIndex, indexOf, isFailed, isTracked } from './tracking.js';

/** Annotation of a Pod: how often its index failed before it, as far as it counts for the limit. */
export const failureCountAnnotation = 'batch.kubernetes.io/job-index-failure-count';

/** Annotation of a Pod: how often its index failed before it without counting. */
export const ignoredCountAnnotation = 'batch.kubernetes.io/job-index-ignored-failure-count';

function numberIn(pod: Pod, annotation: string): number {
  return Number.parseInt(pod.metadata?.annotations?.[annotation] ?? '0', 10) || 0;
}

/** How often the index failed before this Pod, counted or not. */
export function failuresBefore(pod: Pod): number {
  return numberIn(pod, failureCountAnnotation) + numberIn(pod, ignoredCountAnnotation);
}

/** The indexes that have failed for good: those of the status and those that did since. */
export function failedIndexes(job: Job, pods: readonly Pod[], before: Indexes): Indexes {
  if (!hasLimitPerIndex(job)) return [];
  const limit = job.spec?.backoffLimitPerIndex ?? 0;
  const fresh = pods
    .filter((pod) => isTracked(pod) && isFailed(job, pod))
    .flatMap((pod) => {
      const index = indexOf(job, pod);
      if (index === undefined) return [];
      const { action } = verdictOn(job, pod);
      const spent = action !== 'Ignore' && numberIn(pod, failureCountAnnotation) >= limit;
      return spent || action === 'FailIndex' ? [index] : [];
    });
  return withIndexes(before, fresh);
}

/**
 * The last failed Pod of each index that is to be tried again. It keeps its finalizer until its replacement is there, since
 * nothing else remembers how often the index has failed.
 */
export function lastFailures(job: Job, pods: readonly Pod[], settled: Indexes): ReadonlyMap<number, Pod> {
  const last = new Map<number, Pod>();
  if (!hasLimitPerIndex(job)) return last;
  for (const pod of pods) {
    const index = indexOf(job, pod);
    if (index === undefined || !isTracked(pod) || hasIndex(settled, index)) continue;
    const known = last.get(index);
    if (known === undefined || failuresBefore(pod) > failuresBefore(known)) last.set(index, pod);
  }
  for (const [index, pod] of last) if (!isFailed(job, pod)) last.delete(index);
  return last;
}

/** The annotations by which a new Pod remembers the failures of its index. */
export function failureAnnotations(job: Job, lastFailed: Pod | undefined): Readonly<Record<string, string>> {
  if (!hasLimitPerIndex(job)) return {};
  if (lastFailed === undefined) return { [failureCountAnnotation]: '0' };
  const isIgnored = verdictOn(job, lastFailed).action === 'Ignore';
  const counted = numberIn(lastFailed, failureCountAnnotation) + (isIgnored ? 0 : 1);
  const ignored = numberIn(lastFailed, ignoredCountAnnotation) + (isIgnored ? 1 : 0);
  return {
    [failureCountAnnotation]: String(counted),
    ...(ignored > 0 && { [ignoredCountAnnotation]: String(ignored) }),
  };
}

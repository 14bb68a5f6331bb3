import type { Job } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { isPodActive, isPodFinished, isTerminating } from '../../api/pods.js';
import { verdictOn } from './failure-policy.js';
import { countOf, type Indexes, parseIndexes, withIndexes } from './indexes.js';
import { failedIndexes, lastFailures } from './per-index.js';
import { indexOf, isAbandoned, isFailed, isIndexed, isSucceeded, isTracked } from './tracking.js';

/** A Job and its Pods, sorted and counted once for all parts of the plan. */
export interface JobView {
  readonly job: Job;
  readonly now: Date;
  readonly owned: readonly Pod[];
  /** Neither ended nor being deleted. */
  readonly active: readonly Pod[];
  /** Being deleted and not yet ended. */
  readonly terminating: readonly Pod[];
  /** Succeeded Pods, those included that the status does not count yet; for Indexed Jobs the succeeded indexes. */
  readonly succeeded: number;
  /** Failed Pods, those included that the status does not count yet; without those that the failure policy ignores. */
  readonly failed: number;
  /** The indexes that the status says are completed. */
  readonly countedIndexes: Indexes;
  /** Those, and the ones that succeeded since. */
  readonly succeededIndexes: Indexes;
  readonly failedIndexes: Indexes;
  /** With a back-off limit per index: the last failed Pod of each index that is to be tried again. */
  readonly lastFailures: ReadonlyMap<number, Pod>;
}

/** Sorts and counts the Pods of a Job. */
export function viewOf(job: Job, owned: readonly Pod[], now: Date): JobView {
  const { completions = 0 } = job.spec ?? {};
  const fresh = owned.filter((pod) => isTracked(pod) && (!isIndexed(job) || indexOf(job, pod) !== undefined));
  const before = parseIndexes(job.status?.completedIndexes, completions);
  const newIndexes = fresh.filter(isSucceeded).flatMap((pod) => indexOf(job, pod) ?? []);
  const succeededIndexes = isIndexed(job) ? withIndexes(before, newIndexes) : [];
  const failedFor = failedIndexes(job, fresh, parseIndexes(job.status?.failedIndexes, completions));
  const settled = withIndexes(
    [...succeededIndexes, ...failedFor].sort((a, b) => a[0] - b[0]),
    [],
  );
  return {
    job,
    now,
    owned,
    active: owned.filter(isPodActive),
    terminating: owned.filter((pod) => isTerminating(pod) && !isPodFinished(pod) && !isAbandoned(pod)),
    succeeded: isIndexed(job) ? countOf(succeededIndexes) : succeededPods(job, fresh),
    failed: failedPods(job, fresh),
    countedIndexes: before,
    succeededIndexes,
    failedIndexes: failedFor,
    lastFailures: lastFailures(job, fresh, settled),
  };
}

function succeededPods(job: Job, fresh: readonly Pod[]): number {
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  const uncounted = new Set(succeeded);
  const known = new Set([...succeeded, ...failed]);
  const more = fresh.filter((pod) => isSucceeded(pod) && !known.has(pod.metadata?.uid ?? ''));
  return (job.status?.succeeded ?? 0) + uncounted.size + more.length;
}

function failedPods(job: Job, fresh: readonly Pod[]): number {
  const uncounted = new Set(job.status?.uncountedTerminatedPods?.failed);
  const more = fresh.filter(
    (pod) =>
      isFailed(job, pod) &&
      !uncounted.has(pod.metadata?.uid ?? '') &&
      verdictOn(job, pod).action !== 'Ignore',
  );
  return (job.status?.failed ?? 0) + uncounted.size + more.length;
}

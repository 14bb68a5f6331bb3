import type { Job } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { type ConditionText, holding } from './conditions.js';
import { verdictOn } from './failure-policy.js';
import { countOf, overlapOf, parseIndexes } from './indexes.js';
import { hasFailurePolicy, isFailed, isIndexed } from './tracking.js';
import type { JobView } from './view.js';

/** How a Job is about to end: by which interim condition, and why. */
export type Outcome = ConditionText & { readonly type: 'SuccessCriteriaMet' | 'FailureTarget' };

function failure(reason: string, message: string): Outcome {
  return { type: 'FailureTarget', status: 'True', reason, message };
}

function success(reason: string, message: string): Outcome {
  return { type: 'SuccessCriteriaMet', status: 'True', reason, message };
}

/** What the Job was found to end in by an earlier pass; that is never changed. */
export function decidedOutcome(job: Job): Outcome | undefined {
  const met = holding(job, 'SuccessCriteriaMet');
  if (met !== undefined) return success(met.reason ?? '', met.message ?? '');
  const failed = holding(job, 'FailureTarget');
  return failed && failure(failed.reason ?? '', failed.message ?? '');
}

/** Whether the Job has to end now although Pods of it may still run, in Kubernetes' order of reasons. */
export function outcomeOf(view: JobView): Outcome | undefined {
  return (
    decidedOutcome(view.job) ??
    byFailurePolicy(view) ??
    byBackoffLimit(view) ??
    byDeadline(view) ??
    byFailedIndexes(view) ??
    bySuccessPolicy(view)
  );
}

/** The end of a Job whose completions are reached. */
export const completionsReached: Outcome = success(
  'CompletionsReached',
  'Reached expected number of succeeded pods',
);

function byFailurePolicy({ job, owned }: JobView): Outcome | undefined {
  if (!hasFailurePolicy(job)) return undefined;
  for (const pod of owned) {
    if (!isFailed(job, pod)) continue;
    const { action, message } = verdictOn(job, pod);
    if (action === 'FailJob') return failure('PodFailurePolicy', message);
  }
  return undefined;
}

function byBackoffLimit({ job, owned, failed }: JobView): Outcome | undefined {
  const limit = job.spec?.backoffLimit ?? 6;
  const exceeded = failed > limit || restartsExceed(job, owned, limit);
  return exceeded
    ? failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
    : undefined;
}

/** With restartPolicy OnFailure the restarts of containers count as failures. */
function restartsExceed(job: Job, pods: readonly Pod[], limit: number): boolean {
  if (job.spec?.template.spec?.restartPolicy !== 'OnFailure') return false;
  const restarts = pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Milliseconds until the Job has been active for too long; undefined without a deadline or while it is suspended. */
export function deadlineLeftMs(job: Job, nowMs: number): number | undefined {
  const seconds = job.spec?.activeDeadlineSeconds;
  const { startTime } = job.status ?? {};
  if (seconds === undefined || startTime === undefined || job.spec?.suspend === true) return undefined;
  return Date.parse(startTime) + seconds * 1000 - nowMs;
}

function byDeadline({ job, now }: JobView): Outcome | undefined {
  const leftMs = deadlineLeftMs(job, now.getTime());
  return leftMs !== undefined && leftMs <= 0
    ? failure('DeadlineExceeded', 'Job was active longer than specified deadline')
    : undefined;
}

function byFailedIndexes({ job, failedIndexes, succeededIndexes }: JobView): Outcome | undefined {
  const count = countOf(failedIndexes);
  if (count === 0) return undefined;
  const { maxFailedIndexes, completions = 0 } = job.spec ?? {};
  if (maxFailedIndexes !== undefined && maxFailedIndexes !== null && count > maxFailedIndexes) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return failure('MaxFailedIndexesExceeded', message);
  }
  const settled = count + countOf(succeededIndexes);
  return settled >= completions ? failure('FailedIndexes', 'Job has failed indexes') : undefined;
}

function bySuccessPolicy({ job, succeededIndexes }: JobView): Outcome | undefined {
  const { successPolicy, completions = 0 } = job.spec ?? {};
  if (!isIndexed(job) || countOf(succeededIndexes) === 0) return undefined;
  const matched = (successPolicy?.rules ?? []).findIndex(({ succeededIndexes: text, succeededCount }) => {
    if (text === undefined) {
      return succeededCount !== undefined && countOf(succeededIndexes) >= succeededCount;
    }
    const wanted = parseIndexes(text, completions);
    if (wanted.length === 0) return false;
    return overlapOf(succeededIndexes, wanted) >= (succeededCount ?? countOf(wanted));
  });
  return matched < 0 ? undefined : success('SuccessPolicy', `Matched rules at index ${matched}`);
}

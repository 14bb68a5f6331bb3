import type { CronJob, Job } from '../../api/generated/batch-v1.js';
import type { ObjectReference } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { apiVersionOf } from '../../api/kube-object.js';
import { ownerReferenceTo } from '../../api/owner.js';
import { isTerminating } from '../../api/pods.js';
import { zonedTimeText } from '../../api/time-zones.js';

const scheduledTimeAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** How a Job ended; undefined while it has not. */
export function endOf(job: Job): 'Complete' | 'Failed' | undefined {
  const holds = (type: string): boolean =>
    (job.status?.conditions ?? []).some(
      (condition) => condition.type === type && condition.status === 'True',
    );
  if (holds('Complete')) return 'Complete';
  return holds('Failed') ? 'Failed' : undefined;
}

/** The name of the Job that is due at an instant (milliseconds): the same however often it is asked for. */
export function jobNameAt(cronJob: CronJob, dueMs: number): string {
  return `${cronJob.metadata?.name}-${Math.floor(dueMs / 60_000)}`;
}

/** The Job that is due at an instant. */
export function newJob(cronJob: CronJob, dueMs: number): Job {
  const { jobTemplate, timeZone = 'UTC' } = cronJob.spec;
  const { labels, annotations } = jobTemplate.metadata ?? {};
  return {
    apiVersion: apiVersionOf(kinds.Job),
    kind: 'Job',
    metadata: {
      name: jobNameAt(cronJob, dueMs),
      namespace: cronJob.metadata?.namespace,
      labels: { ...labels },
      annotations: { ...annotations, [scheduledTimeAnnotation]: zonedTimeText(timeZone, dueMs) },
      ownerReferences: [ownerReferenceTo(kinds.CronJob, cronJob)],
    },
    ...(jobTemplate.spec !== undefined && { spec: jobTemplate.spec }),
  };
}

/** When a Job was due that was made for a CronJob's schedule, by its annotation; undefined for one made by hand. */
export function dueTimeOf(cronJob: CronJob, { metadata }: Job): number | undefined {
  const dueMs = Date.parse(metadata?.annotations?.[scheduledTimeAnnotation] ?? '');
  return jobNameAt(cronJob, dueMs) === metadata?.name ? dueMs : undefined;
}

/** The entry of `status.active` for a Job. */
export function activeReference(job: Job): ObjectReference {
  const { name, namespace, uid, resourceVersion } = job.metadata ?? {};
  return { apiVersion: apiVersionOf(kinds.Job), kind: 'Job', name, namespace, uid, resourceVersion };
}

/** Ended Jobs beyond the history that is kept, those that started first. */
export function surplusJobs({ spec }: CronJob, owned: readonly Job[]): readonly Job[] {
  const beyond = (end: 'Complete' | 'Failed', limit: number | undefined): readonly Job[] => {
    if (limit === undefined) return [];
    const ended = owned.filter((job) => endOf(job) === end && !isTerminating(job)).sort(byStart);
    return ended.slice(0, Math.max(0, ended.length - limit));
  };
  return [
    ...beyond('Complete', spec.successfulJobsHistoryLimit),
    ...beyond('Failed', spec.failedJobsHistoryLimit),
  ];
}

/** Jobs that never started come last. */
function byStart(a: Job, b: Job): number {
  const startOf = (job: Job): string => job.status?.startTime ?? '~';
  const nameOf = (job: Job): string => job.metadata?.name ?? '';
  return startOf(a) === startOf(b) ? compare(nameOf(a), nameOf(b)) : compare(startOf(a), startOf(b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

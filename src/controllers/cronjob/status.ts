import type { CronJob, CronJobStatus, Job } from '../../api/generated/batch-v1.js';
import type { Announcement } from './actions.js';
import { activeReference, dueTimeOf, endOf, jobNameAt } from './jobs.js';

/** The status that follows from what is known of the Jobs, and what is worth telling of the change. */
export interface NextStatus {
  readonly status: CronJobStatus;
  readonly news: readonly Announcement[];
}

function normal(reason: string, message: string): Announcement {
  return { type: 'Normal', reason, message };
}

/** Takes out of the status what has ended or is gone. */
export function statusOf({ status = {} }: CronJob, owned: readonly Job[]): NextStatus {
  const { active = [] } = status;
  const news: Announcement[] = [];
  const left = active.filter(({ uid, name }) => {
    const job = owned.find(({ metadata }) => metadata?.uid === uid);
    const end = job && endOf(job);
    if (job === undefined) news.push(normal('MissingJob', `Active job went missing: ${name}`));
    if (end !== undefined)
      news.push(normal('SawCompletedJob', `Saw completed job: ${name}, condition: ${end}`));
    return job !== undefined && end === undefined;
  });
  const succeeded = owned.filter((job) => endOf(job) === 'Complete');
  const times = [status.lastSuccessfulTime, ...succeeded.map((job) => job.status?.completionTime)];
  const lastSuccessfulTime = latest(times);
  return { status: withActive({ ...status, ...(lastSuccessfulTime && { lastSuccessfulTime }) }, left), news };
}

/** A Job and the instant that it was made for. */
export interface Started {
  readonly job: Job;
  readonly dueMs: number;
}

/** The Jobs that were made and are not noted yet, oldest first; also the one of an earlier start in the minute that is due. */
export function startedJobs(
  cronJob: CronJob,
  owned: readonly Job[],
  due: number | undefined,
): readonly Started[] {
  const last = Date.parse(cronJob.status?.lastScheduleTime ?? '');
  const dueName = due === undefined ? undefined : jobNameAt(cronJob, due);
  return owned
    .flatMap((job): readonly Started[] => {
      if (due !== undefined && job.metadata?.name === dueName) return [{ job, dueMs: due }];
      const dueMs = dueTimeOf(cronJob, job);
      return dueMs === undefined || dueMs <= last ? [] : [{ job, dueMs }];
    })
    .sort((a, b) => a.dueMs - b.dueMs);
}

/** Notes a Job that was made. */
export function withStarted(before: NextStatus, cronJob: CronJob, started: Started): NextStatus {
  const { job, dueMs } = started;
  const { active = [], lastScheduleTime: last } = before.status;
  const lastScheduleTime = `${new Date(dueMs).toISOString().slice(0, 19)}Z`;
  const status = { ...before.status, lastScheduleTime };
  const end = endOf(job);
  if (end === undefined) {
    const noted = active.some(({ uid }) => uid === job.metadata?.uid);
    return { ...before, status: noted ? status : withActive(status, [...active, activeReference(job)]) };
  }
  // Starts within one minute share a Job, which is told of once.
  const { name } = job.metadata ?? {};
  if (last !== undefined && jobNameAt(cronJob, Date.parse(last)) === name) return { ...before, status };
  const saw = normal('SawCompletedJob', `Saw completed job: ${name}, condition: ${end}`);
  return { status, news: [...before.news, saw] };
}

/** Leaves `active` away when it is empty, as it is stored. */
function withActive(
  { active: _, ...status }: CronJobStatus,
  active: NonNullable<CronJobStatus['active']>,
): CronJobStatus {
  return active.length === 0 ? status : { ...status, active };
}

/** RFC 3339 in UTC sorts as text. */
function latest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}

/** What is told of Jobs that run and are not in the status: made by hand, or forgotten. */
export function unexpectedJobs({ status }: CronJob, owned: readonly Job[]): readonly Announcement[] {
  const known = new Set((status?.active ?? []).map(({ uid }) => uid));
  return owned
    .filter((job) => endOf(job) === undefined && !known.has(job.metadata?.uid))
    .map(({ metadata }) => ({
      type: 'Warning',
      reason: 'UnexpectedJob',
      message: `Saw a job that the controller did not create or forgot: ${metadata?.name}`,
    }));
}

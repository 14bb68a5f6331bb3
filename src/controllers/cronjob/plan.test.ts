import { describe, expect, it } from 'vitest';
import type { CronJob, CronJobSpec, CronJobStatus, Job } from '../../api/generated/batch-v1.js';
import type { CronJobAction } from './actions.js';
import { activeReference, jobNameAt } from './jobs.js';
import { planCronJob } from './plan.js';

const midnight = Date.parse('2026-01-01T00:00:00Z');

/** An instant on the 1st of January 2026, as `HH:MM:SS`. */
function at(time: string): Date {
  return new Date(`2026-01-01T${time}Z`);
}

/** A CronJob of every hour, as the API server would store it; `spec` replaces what differs. */
function newCronJob(spec: Partial<CronJobSpec> = {}, status: CronJobStatus = {}): CronJob {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'c' }] } };
  return {
    metadata: {
      name: 'tick',
      namespace: 'default',
      uid: 'cron-1',
      creationTimestamp: new Date(midnight).toISOString(),
    },
    spec: {
      schedule: '0 * * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: { labels: { app: 'tick' }, annotations: { note: 'kept' } },
        spec: { template },
      },
      ...spec,
    },
    status,
  };
}

interface JobOptions {
  readonly end?: 'Complete' | 'Failed';
  readonly at?: string;
  readonly owner?: string;
}

function newJob(name: string, { end, at: time = '00:30:00', owner = 'cron-1' }: JobOptions = {}): Job {
  const completionTime = `2026-01-01T${time}Z`;
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-of-${name}`,
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'CronJob', name: 'tick', uid: owner, controller: true },
      ],
    },
    status: {
      startTime: completionTime,
      ...(end && { conditions: [{ type: end, status: 'True' }] }),
      ...(end === 'Complete' && { completionTime }),
    },
  };
}

const nameAt = (time: string): string => jobNameAt(newCronJob(), at(time).getTime());

/** An action in a word or two. */
function brief(action: CronJobAction): string {
  switch (action.type) {
    case 'announce':
      return action.news.reason;
    case 'updateStatus': {
      const { active = [], lastScheduleTime, lastSuccessfulTime } = action.status;
      return [
        `active=${active.map(({ name }) => name).join('+')}`,
        ...(lastScheduleTime ? [`scheduled=${lastScheduleTime.slice(11, 16)}`] : []),
        ...(lastSuccessfulTime ? [`succeeded=${lastSuccessfulTime.slice(11, 16)}`] : []),
        ...action.news.map(({ reason }) => reason),
      ].join(' ');
    }
    default:
      return `${action.type} ${action.job.metadata?.name}`;
  }
}

interface Case {
  readonly spec?: Partial<CronJobSpec>;
  readonly status?: CronJobStatus;
  readonly jobs?: readonly Job[];
  readonly now: string;
}

function planOf({ spec, status, jobs = [], now }: Case): ReturnType<typeof planCronJob> {
  return planCronJob({ cronJob: newCronJob(spec, status), jobs }, at(now));
}

const running = newJob(nameAt('01:00:00'));
const noted = { active: [activeReference(running)], lastScheduleTime: '2026-01-01T01:00:00Z' };
const one = nameAt('01:00:00');
const two = nameAt('02:00:00');

describe('what is done', () => {
  it.each<[string, Case, readonly string[], string]>([
    ['nothing before the time', { now: '00:59:59' }, [], 'NextStart'],
    ['a Job at the time', { now: '01:00:00' }, [`createJob ${one}`], 'NextStart'],
    ['the last of two missed', { now: '02:59:00' }, [`createJob ${two}`], 'NextStart'],
    [
      'what was made is noted',
      { now: '01:00:00', jobs: [running] },
      [`active=${one} scheduled=01:00`],
      'NextStart',
    ],
    [
      'what was made and has ended is noted, and told',
      { now: '01:00:30', jobs: [newJob(one, { end: 'Complete', at: '01:00:20' })] },
      ['active= scheduled=01:00 succeeded=01:00 SawCompletedJob'],
      'NextStart',
    ],
    ['what is noted is done', { now: '01:10:00', status: noted, jobs: [running] }, [], 'NextStart'],
    [
      'a Job that ended',
      { now: '01:10:00', status: noted, jobs: [newJob(one, { end: 'Complete', at: '01:05:00' })] },
      ['active= scheduled=01:00 succeeded=01:05 SawCompletedJob'],
      'NextStart',
    ],
    [
      'a Job that failed',
      { now: '01:10:00', status: noted, jobs: [newJob(one, { end: 'Failed' })] },
      ['active= scheduled=01:00 SawCompletedJob'],
      'NextStart',
    ],
    [
      'a Job that is gone',
      { now: '01:10:00', status: noted },
      ['active= scheduled=01:00 MissingJob'],
      'NextStart',
    ],
    [
      'the status comes before the next Job',
      { now: '02:00:00', status: noted },
      ['active= scheduled=01:00 MissingJob'],
      'NextStart',
    ],
    [
      'Allow: beside the one that runs',
      { now: '02:00:00', status: noted, jobs: [running] },
      [`createJob ${two}`],
      'NextStart',
    ],
    [
      'Forbid: not beside the one that runs',
      { now: '02:00:00', status: noted, jobs: [running], spec: { concurrencyPolicy: 'Forbid' } },
      ['JobAlreadyActive'],
      'JobActive',
    ],
    [
      'Replace: deletes first',
      { now: '02:00:00', status: noted, jobs: [running], spec: { concurrencyPolicy: 'Replace' } },
      [`deleteJob ${one}`, 'active= scheduled=01:00'],
      'NextStart',
    ],
    [
      'Replace: then makes',
      {
        now: '02:00:00',
        status: { lastScheduleTime: '2026-01-01T01:00:00Z' },
        spec: { concurrencyPolicy: 'Replace' },
      },
      [`createJob ${two}`],
      'NextStart',
    ],
    ['suspended', { now: '01:00:00', spec: { suspend: true } }, [], 'Suspended'],
    [
      'suspended: what ended is noted',
      {
        now: '01:10:00',
        status: noted,
        jobs: [newJob(one, { end: 'Failed' })],
        spec: { suspend: true },
      },
      ['active= scheduled=01:00 SawCompletedJob'],
      'Suspended',
    ],
    [
      'within the deadline',
      { now: '01:00:10', spec: { startingDeadlineSeconds: 10 } },
      [`createJob ${one}`],
      'NextStart',
    ],
    [
      'beyond the deadline',
      { now: '01:00:11', spec: { startingDeadlineSeconds: 10 } },
      ['MissSchedule'],
      'MissedStart',
    ],
    [
      'a hundred missed',
      { now: '01:40:00', spec: { schedule: '* * * * *' } },
      [`createJob ${nameAt('01:40:00')}`],
      'NextStart',
    ],
    [
      'more than a hundred missed',
      { now: '01:41:00', spec: { schedule: '* * * * *' } },
      ['TooManyMissedTimes', `createJob ${nameAt('01:41:00')}`],
      'NextStart',
    ],
    [
      'more than a hundred missed, few within the deadline',
      { now: '01:41:00', spec: { schedule: '* * * * *', startingDeadlineSeconds: 200 } },
      [`createJob ${nameAt('01:41:00')}`],
      'NextStart',
    ],
    [
      'a schedule that never comes',
      { now: '01:00:00', spec: { schedule: '0 0 31 2 *' } },
      ['InvalidSchedule'],
      'NeverStarts',
    ],
    [
      'a schedule that cannot be read',
      { now: '01:00:00', spec: { schedule: 'x' } },
      ['UnparseableSchedule'],
      'NeverStarts',
    ],
    [
      'a time zone that is not known',
      { now: '01:00:00', spec: { timeZone: 'Mars/Olympus' } },
      ['UnknownTimeZone'],
      'NeverStarts',
    ],
    ['a Job made by hand', { now: '00:30:00', jobs: [newJob('by-hand')] }, ['UnexpectedJob'], 'NextStart'],
    [
      'a Job of somebody else with the name',
      { now: '01:00:00', jobs: [newJob(one, { owner: 'other' })] },
      [],
      'NameTaken',
    ],
    [
      'history: the oldest go',
      {
        now: '00:50:00',
        status: { lastSuccessfulTime: '2026-01-01T00:40:00Z' },
        jobs: [
          ...['10', '40', '20', '30'].map((minute) =>
            newJob(`done-${minute}`, { end: 'Complete', at: `00:${minute}:00` }),
          ),
          newJob('bad-2', { end: 'Failed', at: '00:20:00' }),
          newJob('bad-1', { end: 'Failed', at: '00:20:00' }),
          newJob('other', { end: 'Failed', at: '00:00:00', owner: 'other' }),
        ],
      },
      ['deleteJob done-10', 'deleteJob bad-1'],
      'NextStart',
    ],
  ])('%s', (_, situation, actions, waiting) => {
    const plan = planOf(situation);
    expect(plan.actions.map(brief)).toEqual(actions);
    expect(plan.waitingFor?.reason).toBe(waiting);
  });

  it('a CronJob that is being deleted makes nothing', () => {
    const cronJob = newCronJob();
    const metadata = { ...cronJob.metadata, deletionTimestamp: '2026-01-01T00:30:00Z' };
    const plan = planCronJob({ cronJob: { ...cronJob, metadata }, jobs: [] }, at('01:00:00'));
    expect(plan).toEqual({ actions: [] });
  });
});

describe('what is made and told', () => {
  it('a Job with the template, its owner and the time it was due on the clocks of the zone', () => {
    const spec = { timeZone: 'Europe/Paris', schedule: '30 2 * * *' };
    const { actions } = planOf({ spec, now: '01:30:00' });
    expect(actions.map((action) => 'job' in action && action.job)).toEqual([
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: {
          name: nameAt('01:30:00'),
          namespace: 'default',
          labels: { app: 'tick' },
          annotations: {
            note: 'kept',
            'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T02:30:00+01:00',
          },
          ownerReferences: [
            {
              apiVersion: 'batch/v1',
              kind: 'CronJob',
              name: 'tick',
              uid: 'cron-1',
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        spec: newCronJob().spec.jobTemplate.spec,
      },
    ]);
    expect(nameAt('01:30:00')).toBe(`tick-${(midnight / 1000 + 5400) / 60}`);
  });

  it.each<[Case, string]>([
    [
      { now: '01:00:11', spec: { startingDeadlineSeconds: 10 } },
      'Missed scheduled time to start a job: Thu, 01 Jan 2026 01:00:00 +0000',
    ],
    [
      { now: '01:00:00', spec: { schedule: '0 0 31 2 *' } },
      'invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second',
    ],
    [
      { now: '01:00:00', spec: { schedule: 'x' } },
      'unparseable schedule: "x" : expected exactly 5 fields, found 1: [x]',
    ],
    [
      { now: '00:30:00', jobs: [newJob('by-hand')] },
      'Saw a job that the controller did not create or forgot: by-hand',
    ],
    [{ now: '01:10:00', status: noted }, `Active job went missing: ${one}`],
    [
      { now: '01:10:00', status: noted, jobs: [newJob(one, { end: 'Failed' })] },
      `Saw completed job: ${one}, condition: Failed`,
    ],
  ])('%j', (situation, message) => {
    const told = planOf(situation).actions.flatMap((action) => ('news' in action ? action.news : []));
    expect(told.map((news) => news.message)).toEqual([message]);
  });

  it('waits say what for, and for how long', () => {
    const soon = planOf({ now: '00:59:30' });
    expect(soon.waitingFor?.message).toBe('the next Job is due at 2026-01-01T01:00:00Z');
    expect(soon.lookAgainAfterMs).toBe(30_000);
    // A machine may sleep.
    expect(planOf({ now: '00:10:00' }).lookAgainAfterMs).toBe(600_000);
    const forbidden = planOf({
      now: '02:00:00',
      status: noted,
      jobs: [running],
      spec: { concurrencyPolicy: 'Forbid' },
    });
    expect(forbidden.waitingFor).toEqual({
      reason: 'JobActive',
      message: `the Job due at 2026-01-01T02:00:00Z waits for Job ${one}: concurrencyPolicy is Forbid`,
      on: { kind: 'Job', namespace: 'default', name: one },
      unblockedBy: 'the end of that Job',
    });
  });

  it('a distance is kept from the last start, though it was missed', () => {
    const plan = planOf({ now: '00:03:10', spec: { schedule: '@every 90s', startingDeadlineSeconds: 5 } });
    expect(plan.actions.map(brief)).toEqual(['MissSchedule']);
    expect(plan.lookAgainAfterMs).toBe(80_000);
  });
});

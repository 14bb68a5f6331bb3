import { semanticEqual } from '../../api/deep.js';
import type { CronJob, Job } from '../../api/generated/batch-v1.js';
import { isControlledBy } from '../../api/owner.js';
import { isTerminating } from '../../api/pods.js';
import type { Plan, Waiting } from '../../reconcile/contract.js';
import type { Announcement, CronJobAction, CronJobStep } from './actions.js';
import type { CronJobFacts } from './facts.js';
import { jobNameAt, newJob, surplusJobs } from './jobs.js';
import { type NextStatus, startedJobs, statusOf, unexpectedJobs, withStarted } from './status.js';
import { missedStart, type Timing, timingOf, tooManyMissed } from './timing.js';

/** Stable codes of what a CronJob waits for. */
export const waitReasons = [
  'Suspended',
  'NextStart',
  'NeverStarts',
  'MissedStart',
  'JobActive',
  'NameTaken',
] as const;

interface CronJobWait extends Waiting {
  readonly reason: (typeof waitReasons)[number];
}

interface CronJobPlan extends Plan<CronJobStep> {
  readonly waitingFor?: CronJobWait;
}

/** Timers stand still while a machine sleeps: the calendar is looked at now and then. */
const longestLookMs = 600_000;

/** Decides the next writes for one CronJob: what is known goes into its status first, then the Job that is due is made. */
export function planCronJob(facts: CronJobFacts, now: Date): Plan<CronJobAction> {
  const { cronJob } = facts;
  const { actions, ...rest } = planSteps(facts, now.getTime());
  return { ...rest, actions: actions.map((step) => ({ ...step, cronJob })) };
}

function planSteps({ cronJob, jobs }: CronJobFacts, nowMs: number): CronJobPlan {
  const owned = jobs.filter((job) => isControlledBy(job, cronJob));
  const seen = statusOf(cronJob, owned);
  const cleanup = surplusJobs(cronJob, owned).map((job): CronJobStep => ({ type: 'deleteJob', job }));
  if (isTerminating(cronJob)) return { actions: update(cronJob, seen) };
  const timing = cronJob.spec.suspend === true ? undefined : timingOf(cronJob, nowMs);
  const due = timing !== undefined && 'nextMs' in timing && !timing.late ? timing.dueMs : undefined;
  const started = startedJobs(cronJob, owned, due);
  const next = started.reduce((status, one) => withStarted(status, cronJob, one), seen);
  const made = new Set(started.map(({ job }) => job));
  const others = owned.filter((job) => !made.has(job));
  const strange = unexpectedJobs(cronJob, others).map(announce);
  const updating = update(cronJob, next);
  const before = [...updating, ...cleanup, ...strange];
  if (timing === undefined) return { actions: before, waitingFor: suspended };
  if (!('nextMs' in timing)) {
    const waitingFor: CronJobWait = { reason: 'NeverStarts', message: timing.message };
    return { actions: [...before, announce(timing)], waitingFor };
  }
  const nextLook = { lookAgainAfterMs: Math.min(Math.max(timing.nextMs - nowMs, 0), longestLookMs) };
  // The write brings the next pass, which goes on from what is stored.
  if (updating.length > 0 || made.size > 0 || timing.dueMs === undefined) {
    return { actions: before, waitingFor: nextStartOf(timing), ...nextLook };
  }
  const starting = planStart({ cronJob, jobs }, timing, timing.dueMs);
  return { ...nextLook, ...starting, actions: [...before, ...starting.actions] };
}

const suspended: CronJobWait = {
  reason: 'Suspended',
  message: 'spec.suspend is true: no Jobs are made',
  unblockedBy: 'spec.suspend set to false',
};

function isNamed(name: string): (job: Job) => boolean {
  return ({ metadata }) => metadata?.name === name;
}

function announce(news: Announcement): CronJobStep {
  return { type: 'announce', news };
}

function update(cronJob: CronJob, { status, news }: NextStatus): readonly CronJobStep[] {
  return semanticEqual(cronJob.status ?? {}, status) ? [] : [{ type: 'updateStatus', status, news }];
}

function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

function nextStartOf({ nextMs }: Timing): CronJobWait {
  return { reason: 'NextStart', message: `the next Job is due at ${timeText(nextMs)}` };
}

/** A start is due and nothing is known of its Job. */
function planStart({ cronJob, jobs }: CronJobFacts, timing: Timing, dueMs: number): CronJobPlan {
  const { active = [] } = cronJob.status ?? {};
  const after = `the next is due at ${timeText(timing.nextMs)}`;
  if (timing.late) {
    const message = `the start at ${timeText(dueMs)} was missed by more than startingDeadlineSeconds; ${after}`;
    return { actions: [announce(missedStart(dueMs))], waitingFor: { reason: 'MissedStart', message } };
  }
  const name = jobNameAt(cronJob, dueMs);
  if (jobs.some(isNamed(name))) {
    const on = { kind: 'Job', namespace: cronJob.metadata?.namespace ?? '', name };
    const message = `Job ${name} exists and is not the CronJob's; ${after}`;
    return { actions: [], waitingFor: { reason: 'NameTaken', message, on, unblockedBy: 'its deletion' } };
  }
  const many = timing.many ? [announce(tooManyMissed)] : [];
  const policy = cronJob.spec.concurrencyPolicy;
  if (policy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return {
      actions: [...many, announce({ type: 'Normal', reason: 'JobAlreadyActive', message })],
      waitingFor: jobActive(cronJob, dueMs),
    };
  }
  const uids = new Set(active.map(({ uid }) => uid));
  const replaced = policy === 'Replace' ? jobs.filter(({ metadata }) => uids.has(metadata?.uid)) : [];
  if (replaced.length > 0) return planReplacing(cronJob, replaced, timing);
  return {
    actions: [...many, { type: 'createJob', job: newJob(cronJob, dueMs) }],
    waitingFor: nextStartOf(timing),
  };
}

/** Deletes what still runs and forgets it; the next pass makes the new Job. */
function planReplacing(cronJob: CronJob, replaced: readonly Job[], timing: Timing): CronJobPlan {
  const deletes = replaced.map((job): CronJobStep => ({ type: 'deleteJob', job }));
  const { active: _, ...status } = cronJob.status ?? {};
  return {
    actions: [...deletes, { type: 'updateStatus', status, news: [] }],
    waitingFor: nextStartOf(timing),
  };
}

function jobActive(cronJob: CronJob, dueMs: number): CronJobWait {
  const { name = '' } = cronJob.status?.active?.[0] ?? {};
  return {
    reason: 'JobActive',
    message: `the Job due at ${timeText(dueMs)} waits for Job ${name}: concurrencyPolicy is Forbid`,
    on: { kind: 'Job', namespace: cronJob.metadata?.namespace ?? '', name },
    unblockedBy: 'the end of that Job',
  };
}

import type { Job, JobCondition, JobStatus } from '../../api/generated/batch-v1.js';
import { holding, timeOf, withCondition } from './conditions.js';
import type { Counted } from './counting.js';
import type { Managed } from './manage.js';
import { decidedOutcome, type Outcome } from './outcome.js';
import type { JobView } from './view.js';

/** What a Job's status is made from. */
export interface StatusInput {
  readonly view: JobView;
  readonly managed: Managed;
  readonly counted: Counted;
  readonly outcome: Outcome | undefined;
}

/** The status of a Job after the pass. */
export function statusOf(input: StatusInput): JobStatus {
  const { view, managed, counted } = input;
  const conditions = conditionsOf(input);
  const startTime = startOf(view, conditions);
  const completionTime = conditions.find(({ type }) => type === 'Complete')?.lastTransitionTime;
  const { succeeded = 0, failed = 0, completedIndexes, ...counters } = counted.counters;
  return {
    ...(conditions.length > 0 && { conditions }),
    ...(startTime !== undefined && { startTime }),
    ...(completionTime !== undefined && { completionTime }),
    ...(managed.active > 0 && { active: managed.active }),
    ...(succeeded > 0 && { succeeded }),
    ...(failed > 0 && { failed }),
    ...(completedIndexes && { completedIndexes }),
    ...counters,
    terminating: view.terminating.length + managed.deleted,
    ready: managed.ready,
  };
}

function conditionsOf({ view, managed, counted, outcome }: StatusInput): readonly JobCondition[] {
  const { job, now } = view;
  const before = job.status?.conditions ?? [];
  if (outcome === undefined) return withSuspended(job, before, now);
  const interim = withCondition(before, outcome, now);
  const decided = decidedOutcome(job);
  // The interim condition is stored before any Pod is let go for it; a Pod that stops is still the Job's.
  const running = view.active.length + managed.active + view.terminating.length;
  if (decided === undefined || !counted.settled || running > 0) return interim;
  const type = decided.type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed';
  return withCondition(interim, { ...decided, type }, now);
}

function withSuspended(job: Job, before: readonly JobCondition[], now: Date): readonly JobCondition[] {
  const text =
    job.spec?.suspend === true
      ? { status: 'True', reason: 'JobSuspended', message: 'Job suspended' }
      : { status: 'False', reason: 'JobResumed', message: 'Job resumed' };
  return withCondition(before, { type: 'Suspended', ...text }, now);
}

/** A Job starts when it is first seen running, and anew when it is resumed. */
function startOf({ job, now }: JobView, conditions: readonly JobCondition[]): string | undefined {
  const { startTime } = job.status ?? {};
  if (job.spec?.suspend === true) return startTime;
  const isSuspended = conditions.some(({ type, status }) => type === 'Suspended' && status === 'True');
  const resumed = holding(job, 'Suspended') !== undefined && !isSuspended;
  return startTime === undefined || resumed ? timeOf(now) : startTime;
}

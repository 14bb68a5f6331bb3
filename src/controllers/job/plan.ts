import { type Claimed, claimObjects } from '../../api/adoption.js';
import { semanticEqual } from '../../api/deep.js';
import type { Job, JobCondition } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { JobAction, JobStep } from './actions.js';
import { finishOf } from './conditions.js';
import { countPods } from './counting.js';
import type { JobFacts } from './facts.js';
import { deleteAll, type Managed, manage } from './manage.js';
import { completionsReached, deadlineLeftMs, type Outcome, outcomeOf } from './outcome.js';
import { statusOf } from './status.js';
import { isTracked } from './tracking.js';
import { type JobView, viewOf } from './view.js';
import { type JobWait, waitOf } from './waits.js';

/** The value of `spec.managedBy` that means this controller. */
const ownName = 'kubernetes.io/job-controller';

/** Decides the next writes for one Job: Pods up to its parallelism until enough have succeeded or too many failed. */
export function planJob(facts: JobFacts, now: Date): Plan<JobAction> {
  const strays = facts.strays.map((pod): JobAction => ({ type: 'untrackPod', pod, job: undefined }));
  const { job } = facts;
  if (job === undefined) return { actions: strays };
  const { actions, ...rest } = planSteps(job, facts, now);
  return { ...rest, actions: [...strays, ...actions.map((step) => ({ ...step, job }))] };
}

function planSteps(job: Job, facts: JobFacts, now: Date): Plan<JobStep> {
  const { managedBy } = job.spec ?? {};
  if (managedBy && managedBy !== ownName) {
    const message = `spec.managedBy leaves it to ${managedBy}`;
    const waitingFor: JobWait = { reason: 'ManagedElsewhere', message };
    return { actions: [], waitingFor };
  }
  const claimed = claimObjects({ owner: job, selector: job.spec?.selector ?? {} }, facts.pods);
  const finish = finishOf(job);
  if (finish !== undefined) return planFinished(job, finish, { owned: claimed.owned, now });
  if (isTerminating(job)) return { actions: untracking(claimed.owned) };
  return planRunning(viewOf(job, claimed.owned, now), claimed, facts);
}

function untracking(pods: readonly Pod[]): readonly JobStep[] {
  return pods.filter(isTracked).map((pod) => ({ type: 'untrackPod', pod }));
}

/** A Job that is over holds no Pod, and goes when its time is up. */
function planFinished(
  job: Job,
  finish: JobCondition,
  { owned, now }: { readonly owned: readonly Pod[]; readonly now: Date },
): Plan<JobStep> {
  const untrack = untracking(owned);
  const ttl = job.spec?.ttlSecondsAfterFinished;
  if (ttl === undefined || ttl === null || isTerminating(job)) return { actions: untrack };
  const leftMs = Date.parse(finish.lastTransitionTime ?? '') + ttl * 1000 - now.getTime();
  if (leftMs > 0) return { actions: untrack, lookAgainAfterMs: leftMs };
  return { actions: [...untrack, { type: 'deleteJob' }] };
}

function planRunning(view: JobView, claimed: Claimed<Pod>, facts: JobFacts): Plan<JobStep> {
  const { job } = view;
  const ending = outcomeOf(view);
  const managed = ending === undefined ? manage(view, facts.ends) : deleteAll(view, false);
  const outcome = ending ?? (isComplete(view, managed) ? completionsReached : undefined);
  const counted = countPods(view, outcome);
  const status = statusOf({ view, managed, counted, outcome });
  const steps: readonly JobStep[] = [
    ...claimed.adopt.map((pod): JobStep => ({ type: 'adoptPod', pod })),
    ...claimed.release.map((pod): JobStep => ({ type: 'releasePod', pod })),
    // What is adopted is not counted yet: no Pod is made before it is.
    ...(claimed.adopt.length > 0 ? [] : managed.steps),
    ...counted.untrack.map((pod): JobStep => ({ type: 'untrackPod', pod })),
    ...(semanticEqual(job.status, status) ? [] : [{ type: 'updateStatus', status } as const]),
  ];
  return {
    actions: steps,
    ...(finishOf({ ...job, status }) === undefined && { waitingFor: waitOf(view, managed, outcome) }),
    lookAgainAfterMs: nextLook(view, managed, outcome),
  };
}

function isComplete({ job, succeeded }: JobView, { active }: Managed): boolean {
  const { completions } = job.spec ?? {};
  if (active > 0) return false;
  return completions === undefined || completions === null ? succeeded > 0 : succeeded >= completions;
}

function nextLook({ job, now }: JobView, managed: Managed, outcome: Outcome | undefined): number | undefined {
  if (outcome !== undefined) return undefined;
  const deadlineMs = deadlineLeftMs(job, now.getTime());
  const waits = [managed.backoffMs, deadlineMs].filter((ms) => ms !== undefined);
  return waits.length === 0 ? undefined : Math.min(...waits);
}

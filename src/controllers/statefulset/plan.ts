import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { isRunningAndReady, isTerminating, msUntilAvailable } from '../../api/pods.js';
import type { Plan, Waiting } from '../../reconcile/contract.js';
import type { StatefulSetAction, StatefulSetStep } from './actions.js';
import type { StatefulSetFacts } from './facts.js';
import { revisionOf } from './identity.js';
import { type Members, membersOf } from './members.js';
import { planCondemned } from './plan-condemned.js';
import { planRecreate } from './plan-recreate.js';
import { planRollout } from './plan-rollout.js';
import { planSlots } from './plan-slots.js';
import { historyOf, outlived } from './revisions.js';
import type { StageInput, StageResult } from './stage.js';
import { statusDiffers, statusOf } from './status.js';
import { strategyOf } from './strategy.js';
import { withWaiting } from './waiting-condition.js';
import { waitForEnd } from './waits.js';

/**
 * Decides the next writes for one StatefulSet: its history, then its Pods in stages (with Recreate those of older
 * templates, then the wanted ones, those beyond the range, those to update), then its status. Scaling comes before updating, as in Kubernetes.
 */
export function planStatefulSet(facts: StatefulSetFacts, now: Date): Plan<StatefulSetAction> {
  const { set, gates } = facts;
  const members = membersOf(facts, now);
  const history = historyOf(set, facts.revisions);
  const strategy = strategyOf(set, gates);
  const counted = statusOf({ set, members, history, strategy, now });
  const statusSteps = (waiting: Waiting | undefined, isActing: boolean): StatefulSetStep[] => {
    const status = withWaiting(counted, { waiting, lasting: facts.lastingWait, isActing, now });
    return statusDiffers(set, status) ? [{ type: 'updateStatus', status }] : [];
  };
  if (isTerminating(set)) {
    const waitingFor = waitForEnd(set);
    return { actions: on(set, statusSteps(waitingFor, false)), waitingFor };
  }
  const claims = new Map(facts.claims.map((claim) => [claim.metadata?.name ?? '', claim]));
  const ordered = set.spec?.podManagementPolicy !== 'Parallel';
  const pods = claimsPods(members)
    ? nothing
    : runStages({ set, members, history, claims, ordered, strategy, gates, now });
  const inUse = new Set(members.owned.map((pod) => revisionOf(pod) ?? ''));
  const steps: StatefulSetStep[] = [
    ...history.steps,
    ...members.adopt.map((pod): StatefulSetStep => ({ type: 'adoptPod', pod })),
    ...members.release.map((pod): StatefulSetStep => ({ type: 'releasePod', pod })),
    ...pods.steps,
    ...outlived(set, history, inUse).map(
      (revision): StatefulSetStep => ({ type: 'deleteRevision', revision }),
    ),
    ...statusSteps(pods.waiting, pods.steps.length > 0 || claimsPods(members)),
  ];
  return {
    actions: on(set, steps),
    waitingFor: pods.waiting,
    lookAgainAfterMs: earlier(pods.lookAgainAfterMs, nextAvailability(set, members, now)),
  };
}

const nothing: StageResult = { steps: [], ends: true };

/** Whose Pods are whose is settled first: what a stage decides, it decides about all of them. */
function claimsPods({ adopt, release }: Members): boolean {
  return adopt.length > 0 || release.length > 0;
}

function runStages(input: StageInput): StageResult {
  const steps: StatefulSetStep[] = [];
  let waiting: StageResult['waiting'];
  let lookAgainAfterMs: number | undefined;
  for (const stage of [planRecreate, planSlots, planCondemned, planRollout]) {
    const result = stage(input);
    steps.push(...result.steps);
    waiting ??= result.waiting;
    lookAgainAfterMs ??= result.lookAgainAfterMs;
    if (result.ends) break;
  }
  return { steps, waiting, ends: true, lookAgainAfterMs };
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function on(set: StatefulSet, steps: readonly StatefulSetStep[]): readonly StatefulSetAction[] {
  return steps.map((step) => ({ ...step, set }));
}

/** When the next ready Pod will have been ready for `minReadySeconds`, in milliseconds. */
function nextAvailability(set: StatefulSet, { owned }: Members, now: Date): number | undefined {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  if (minReadySeconds === 0) return undefined;
  const waits = owned
    .filter((pod: Pod) => isRunningAndReady(pod))
    .map((pod) => msUntilAvailable(pod, minReadySeconds, now.getTime()) ?? 0)
    .filter((ms) => ms > 0);
  return waits.length === 0 ? undefined : Math.min(...waits);
}

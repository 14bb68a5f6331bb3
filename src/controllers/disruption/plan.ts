import { semanticEqual } from '../../api/deep.js';
import type { Condition } from '../../api/generated/meta-v1.js';
import type { PodDisruptionBudgetStatus } from '../../api/generated/policy-v1.js';
import { isTerminating } from '../../api/pods.js';
import type { Plan, Waiting } from '../../reconcile/contract.js';
import type { DisruptionAction } from './actions.js';
import { disruptedOf, healthyOf, isSpoilt, wantedOf } from './counts.js';
import type { DisruptionFacts } from './facts.js';

const conditionType = 'DisruptionAllowed';

/** Decides the next writes for one PodDisruptionBudget: what it allows now. */
export function planDisruption(facts: DisruptionFacts, now: Date): Plan<DisruptionAction> {
  const { budget } = facts;
  if (isTerminating(budget)) return { actions: [] };
  const disrupted = disruptedOf(facts, now);
  const status = statusOf(facts, now);
  const changed = !semanticEqual(budget.status, status);
  const tellings = disrupted.outlived.map(
    ({ pod }): DisruptionAction => ({ type: 'tellNotDeleted', pod, budget }),
  );
  const spoilt: DisruptionAction[] = changed && isSpoilt(facts) ? [{ type: 'tellUnmanaged', budget }] : [];
  return {
    actions: [
      ...tellings,
      ...spoilt,
      ...(changed ? [{ type: 'updateStatus', status, budget } as const] : []),
    ],
    waitingFor: waitFor(facts, status),
    lookAgainAfterMs: disrupted.nextMs,
  };
}

function statusOf(facts: DisruptionFacts, now: Date): PodDisruptionBudgetStatus {
  const { budget } = facts;
  const wanted = wantedOf(facts);
  if (wanted.failure !== undefined) return failSafe(facts, wanted.failure, now);
  const disrupted = disruptedOf(facts, now);
  const currentHealthy = healthyOf(facts, disrupted);
  // A budget without Pods allows nothing: they may come before this controller sees them.
  const allowed = wanted.expected <= 0 ? 0 : Math.max(0, currentHealthy - wanted.desired);
  const counted = {
    observedGeneration: budget.metadata?.generation,
    expectedPods: wanted.expected,
    desiredHealthy: wanted.desired,
    currentHealthy,
    disruptionsAllowed: allowed,
    ...(Object.keys(disrupted.pending).length > 0 && { disruptedPods: disrupted.pending }),
  };
  const reason = allowed > 0 ? 'SufficientPods' : 'InsufficientPods';
  return {
    ...counted,
    conditions: conditionsOf(facts, { status: allowed > 0 ? 'True' : 'False', reason, message: '' }, now),
  };
}

/** What could not be counted allows nothing. */
function failSafe(facts: DisruptionFacts, message: string, now: Date): PodDisruptionBudgetStatus {
  const { budget } = facts;
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0, ...rest } = budget.status ?? {};
  return {
    ...rest,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    disruptionsAllowed: 0,
    observedGeneration: budget.metadata?.generation,
    conditions: conditionsOf(facts, { status: 'False', reason: 'SyncFailed', message }, now),
  };
}

type Said = Pick<Condition, 'status' | 'reason' | 'message'>;

function conditionsOf({ budget }: DisruptionFacts, said: Said, now: Date): readonly Condition[] {
  const others = (budget.status?.conditions ?? []).filter(({ type }) => type !== conditionType);
  const before = budget.status?.conditions?.find(({ type }) => type === conditionType);
  const lastTransitionTime =
    before?.status === said.status ? before.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`;
  return [
    ...others,
    { type: conditionType, observedGeneration: budget.metadata?.generation, lastTransitionTime, ...said },
  ];
}

function waitFor({ budget }: DisruptionFacts, status: PodDisruptionBudgetStatus): Waiting | undefined {
  if ((status.disruptionsAllowed ?? 0) > 0) return undefined;
  const condition = status.conditions?.find(({ type }) => type === conditionType);
  const { namespace, name = '' } = budget.metadata ?? {};
  const counts = `it needs ${status.desiredHealthy} healthy Pods and has ${status.currentHealthy}`;
  return {
    reason: condition?.reason ?? 'InsufficientPods',
    message: `PodDisruptionBudget ${name} allows no eviction: ${condition?.message || counts}`,
    on: { kind: 'PodDisruptionBudget', namespace, name },
  };
}

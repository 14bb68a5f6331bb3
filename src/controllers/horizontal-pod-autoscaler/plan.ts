import { semanticEqual } from '../../api/deep.js';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus,
} from '../../api/generated/autoscaling-v2.js';
import { isTerminating } from '../../api/pods.js';
import type { Plan, Waiting } from '../../reconcile/contract.js';
import type { AutoscalerAction } from './actions.js';
import type { AutoscalerFacts } from './facts.js';
import { failureOf, type MetricFailure } from './metrics.js';

type Said = Omit<HorizontalPodAutoscalerCondition, 'lastTransitionTime'>;

/** What a pass found: the conditions to write, the numbers, and what stands in the way of scaling. */
interface Finding {
  readonly conditions: readonly Said[];
  readonly counts: Pick<HorizontalPodAutoscalerStatus, 'currentReplicas' | 'desiredReplicas'>;
  readonly tellings: readonly MetricFailure[];
  readonly obstacle: MetricFailure;
}

/** Decides the next writes for one HorizontalPodAutoscaler: what is known of its target, and why it cannot be scaled. */
export function planAutoscaler(facts: AutoscalerFacts, now: Date): Plan<AutoscalerAction> {
  const { autoscaler } = facts;
  if (isTerminating(autoscaler)) return { actions: [] };
  const finding = findingOf(facts);
  const status = { ...autoscaler.status, ...finding.counts, conditions: merged(autoscaler, finding, now) };
  return {
    actions: [
      ...(isNews(autoscaler, finding)
        ? finding.tellings.map((telling): AutoscalerAction => ({ type: 'tell', ...telling, autoscaler }))
        : []),
      ...(semanticEqual(autoscaler.status, status)
        ? []
        : [{ type: 'updateStatus', status, autoscaler } as const]),
    ],
    waitingFor: waitFor(autoscaler, finding.obstacle),
  };
}

function findingOf({ autoscaler, scale }: AutoscalerFacts): Finding {
  const { desiredReplicas = 0, currentReplicas = 0 } = autoscaler.status ?? {};
  if (!scale.known) return withoutScale(scale.why, { currentReplicas, desiredReplicas });
  const able: Said = {
    type: 'AbleToScale',
    status: 'True',
    reason: 'SucceededGetScale',
    message: "the HPA controller was able to get the target's current scale",
  };
  if (scale.replicas === 0 && autoscaler.spec.minReplicas !== 0) {
    const message = 'scaling is disabled since the replica count of the target is zero';
    return {
      conditions: [able, inactive({ reason: 'ScalingDisabled', message })],
      counts: { currentReplicas: 0, desiredReplicas: 0 },
      tellings: [],
      obstacle: { reason: 'ScalingDisabled', message },
    };
  }
  return withoutMetrics(autoscaler, able, { currentReplicas: scale.replicas, desiredReplicas });
}

function inactive({ reason, message }: MetricFailure): Said {
  return { type: 'ScalingActive', status: 'False', reason, message };
}

function withoutScale(why: string, counts: Finding['counts']): Finding {
  const message = `the HPA controller was unable to get the target's current scale: ${why}`;
  const failure = { reason: 'FailedGetScale', message: why };
  return {
    conditions: [{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message }],
    counts,
    tellings: [failure],
    obstacle: failure,
  };
}

/** As where no metrics can be had: the number that is wanted stays what it was, none at first. */
function withoutMetrics(autoscaler: HorizontalPodAutoscaler, able: Said, counts: Finding['counts']): Finding {
  const failures = (autoscaler.spec.metrics ?? []).map(failureOf);
  const [first = { reason: 'FailedComputeMetricsReplicas', message: 'it names no metrics' }] = failures;
  const all = `invalid metrics (${failures.length} invalid out of ${failures.length}), first error is: ${first.message}`;
  return {
    conditions: [
      able,
      inactive({ ...first, message: `the HPA was unable to compute the replica count: ${first.message}` }),
    ],
    counts,
    tellings: [...failures, { reason: 'FailedComputeMetricsReplicas', message: all }],
    obstacle: first,
  };
}

function conditionOf({ status }: HorizontalPodAutoscaler, type: string) {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Whether something is to be said that the conditions do not say yet. */
function isNews(autoscaler: HorizontalPodAutoscaler, { conditions }: Finding): boolean {
  return conditions.some(({ type, reason, message }) => {
    const before = conditionOf(autoscaler, type);
    return before?.reason !== reason || before?.message !== message;
  });
}

/** The new conditions in the places of the old ones; a condition that was not looked at stays. */
function merged(
  autoscaler: HorizontalPodAutoscaler,
  { conditions }: Finding,
  now: Date,
): readonly HorizontalPodAutoscalerCondition[] {
  const stamped = conditions.map((said) => {
    const before = conditionOf(autoscaler, said.type);
    const kept = before?.status === said.status ? before.lastTransitionTime : undefined;
    return { ...said, lastTransitionTime: kept ?? `${now.toISOString().slice(0, 19)}Z` };
  });
  const known = autoscaler.status?.conditions ?? [];
  const fresh = stamped.filter(({ type }) => !known.some((condition) => condition.type === type));
  return [...known.map((old) => stamped.find(({ type }) => type === old.type) ?? old), ...fresh];
}

function waitFor({ metadata, spec }: HorizontalPodAutoscaler, obstacle: MetricFailure): Waiting {
  const { kind, name } = spec.scaleTargetRef;
  return {
    reason: obstacle.reason,
    message: `HorizontalPodAutoscaler ${metadata?.name} does not scale ${kind} ${name}: ${obstacle.message}`,
    on: { kind, namespace: metadata?.namespace, name },
  };
}

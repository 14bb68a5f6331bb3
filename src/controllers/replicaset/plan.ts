import { type Claimed, claimObjects } from '../../api/adoption.js';
import { semanticEqual } from '../../api/deep.js';
import type { ReplicaSetStatus } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { ownerReferenceTo } from '../../api/owner.js';
import { podTrouble } from '../../api/pod-progress.js';
import { podFromTemplate } from '../../api/pod-template.js';
import { isPodActive, isPodAvailable, isPodReady, isTerminating, msUntilAvailable } from '../../api/pods.js';
import type { Plan, Waiting } from '../../reconcile/contract.js';
import { cheapestFirst } from '../shared/pod-ranking.js';
import type { ReplicaSetAction, ReplicaSetStep } from './actions.js';
import type { ReplicaSetFacts } from './facts.js';
import { conditionsWithoutFailure, withFailure } from './failure.js';
import type { Replicated } from './kind.js';

/** Pods created or deleted in one pass at most, as in Kubernetes. */
const burst = 500;

/** Decides the next writes for one ReplicaSet or ReplicationController: as many living Pods as it asks for, all at once, under random names. */
export function planReplicaSet(facts: ReplicaSetFacts, now: Date): Plan<ReplicaSetAction> {
  const { set, selector, kind } = facts;
  const claimed = claimObjects({ owner: set, selector }, facts.pods);
  const active = claimed.owned.filter(isPodActive);
  const status = statusOf(facts, claimed.owned, now);
  const statusSteps: ReplicaSetStep[] = semanticEqual(set.status, status)
    ? []
    : [{ type: 'updateStatus', status }];
  const leaving = isTerminating(set);
  const counted = { active, adopting: claimed.adopt.length, status };
  const steps = leaving ? [] : [...ownership(claimed), ...planCount(facts, counted, now)];
  return {
    actions: [...steps, ...statusSteps].map((step) => ({ ...step, set, row: kind.row })),
    waitingFor: leaving ? undefined : waitFor(set, active, now),
    lookAgainAfterMs: nextAvailability(set, active, now),
  };
}

function ownership(claimed: Claimed<Pod>): ReplicaSetStep[] {
  return [
    ...claimed.adopt.map((pod): ReplicaSetStep => ({ type: 'adoptPod', pod })),
    ...claimed.release.map((pod): ReplicaSetStep => ({ type: 'releasePod', pod })),
  ];
}

interface Counted {
  readonly active: readonly Pod[];
  readonly adopting: number;
  readonly status: ReplicaSetStatus;
}

function planCount(facts: ReplicaSetFacts, counted: Counted, now: Date): ReplicaSetStep[] {
  const { set, podsOnNode } = facts;
  const { active, adopting, status } = counted;
  const missing = (set.spec?.replicas ?? 1) - active.length - adopting;
  if (missing > 0) {
    const pod = newPod(facts);
    const ifRefused = withFailure(status, set.status, { reason: 'FailedCreate', now });
    return Array.from({ length: Math.min(missing, burst) }, () => ({ type: 'createPod', pod, ifRefused }));
  }
  const ifRefused = withFailure(status, set.status, { reason: 'FailedDelete', now });
  return cheapestFirst(active, podsOnNode)
    .slice(0, Math.min(-missing, burst))
    .map((pod) => ({ type: 'deletePod', pod, ifRefused }));
}

function newPod({ kind, set }: ReplicaSetFacts): Pod {
  const pod = podFromTemplate(set.spec?.template ?? {}, {
    namespace: set.metadata?.namespace ?? '',
    owner: ownerReferenceTo(kind.row, set),
  });
  return { ...pod, metadata: { ...pod.metadata, generateName: `${set.metadata?.name ?? ''}-` } };
}

/** The counts. A failure is left out: whoever writes this has got past all that could have been refused. */
function statusOf({ kind, set }: ReplicaSetFacts, owned: readonly Pod[], now: Date): ReplicaSetStatus {
  const active = owned.filter(isPodActive);
  const wanted = Object.entries(set.spec?.template?.metadata?.labels ?? {});
  const fullyLabeled = active.filter((pod) =>
    wanted.every(([key, value]) => pod.metadata?.labels?.[key] === value),
  );
  return {
    observedGeneration: set.metadata?.generation,
    replicas: active.length,
    fullyLabeledReplicas: fullyLabeled.length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: active.filter((pod) => isAvailable(set, pod, now)).length,
    ...(kind.countsTerminating && { terminatingReplicas: owned.filter(isTerminating).length }),
    ...conditionsWithoutFailure(set.status),
  };
}

function isAvailable(set: Replicated, pod: Pod, now: Date): boolean {
  return isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now.getTime());
}

function waitFor(set: Replicated, active: readonly Pod[], now: Date): Waiting | undefined {
  const pod = active.find((candidate) => !isAvailable(set, candidate, now));
  if (pod === undefined) return undefined;
  const { namespace, name = '' } = pod.metadata ?? {};
  const trouble = podTrouble(pod) ?? {
    reason: 'PodNotAvailable',
    message: 'has not been ready for long enough',
  };
  return {
    reason: trouble.reason,
    message: `${name} ${trouble.message}`,
    on: { kind: 'Pod', namespace, name },
  };
}

function nextAvailability(set: Replicated, active: readonly Pod[], now: Date): number | undefined {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  if (minReadySeconds === 0) return undefined;
  const waits = active
    .map((pod) => msUntilAvailable(pod, minReadySeconds, now.getTime()) ?? 0)
    .filter((ms) => ms > 0);
  return waits.length === 0 ? undefined : Math.min(...waits);
}

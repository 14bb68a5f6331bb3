import { claimObjects } from '../../api/adoption.js';
import { semanticEqual } from '../../api/deep.js';
import type { DeploymentStatus, ReplicaSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { controllerOf } from '../../api/owner.js';
import { podTrouble } from '../../api/pod-progress.js';
import { isTerminating } from '../../api/pods.js';
import type { Plan, Waiting } from '../../reconcile/contract.js';
import type { DeploymentAction, DeploymentStep } from './actions.js';
import { isComplete, msUntilDeadline } from './conditions.js';
import type { DeploymentFacts } from './facts.js';
import { byAge, isRolling, replicasOf } from './numbers.js';
import {
  annotationsFor,
  currentSet,
  newReplicaSet,
  revisionAnnotation,
  revisionNumber,
} from './revisions.js';
import { lastOldPod, rollOver, shutDownOld } from './rollout.js';
import { isScalingEvent, resize, scale } from './scaling.js';
import { statusOf } from './status.js';

interface Situation extends DeploymentFacts {
  readonly owned: readonly ReplicaSet[];
  readonly newSet: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
  readonly revision: number;
}

interface Decision {
  readonly steps: readonly DeploymentStep[];
  readonly waiting?: Waiting;
  readonly created?: ReplicaSet;
  readonly collisionCount?: number;
}

/** Decides the next writes for one Deployment: at most one step of sizing a pass, then the status. */
export function planDeployment(facts: DeploymentFacts, now: Date): Plan<DeploymentAction> {
  const { deployment } = facts;
  const claimed = claimObjects(
    { owner: deployment, selector: deployment.spec?.selector ?? {} },
    facts.replicaSets,
  );
  const newSet = currentSet(deployment, claimed.owned);
  const old = claimed.owned.filter((set) => set !== newSet);
  const revision = Math.max(0, ...old.map(revisionNumber)) + 1;
  const situation: Situation = { ...facts, owned: claimed.owned, newSet, old, revision };
  const ownership: DeploymentStep[] = [
    ...claimed.adopt.map((replicaSet): DeploymentStep => ({ type: 'adoptReplicaSet', replicaSet })),
    ...claimed.release.map((replicaSet): DeploymentStep => ({ type: 'releaseReplicaSet', replicaSet })),
  ];
  const decision: Decision = ownership.length > 0 ? { steps: ownership } : decide(situation);
  const { created, collisionCount = deployment.status?.collisionCount } = decision;
  const status = statusOf({ deployment, sets: claimed.owned, newSet, created, collisionCount, now });
  const statusSteps: DeploymentStep[] = semanticEqual(deployment.status, status)
    ? []
    : [{ type: 'updateStatus', status }];
  return {
    actions: [...decision.steps, ...statusSteps].map((step) => ({ ...step, deployment })),
    waitingFor: decision.waiting ?? waitFor(situation, status),
    lookAgainAfterMs: lookAgain(msUntilDeadline(deployment, status, now)),
  };
}

function lookAgain(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.max(0, ms) + 1000;
}

function decide(situation: Situation): Decision {
  const { deployment, newSet, old, owned } = situation;
  if (isTerminating(deployment)) return { steps: [] };
  const synced = syncNewSet(situation);
  if (synced.length > 0) return { steps: synced };
  if (deployment.spec?.paused === true) {
    const sized = scale(deployment, newSet, old);
    return { steps: sized.length > 0 ? sized : cleanUp(situation), waiting: pausedWait() };
  }
  if (isScalingEvent(deployment, owned)) {
    const sized = scale(deployment, newSet, old);
    if (sized.length > 0) return { steps: sized };
  }
  const rolled = isRolling(deployment) ? planRolling(situation) : planRecreate(situation);
  if (rolled.steps.length > 0 || rolled.waiting !== undefined) return rolled;
  return isComplete(deployment, deployment.status ?? {}) ? { steps: cleanUp(situation) } : rolled;
}

/** Keeps annotations and minReadySeconds of the present ReplicaSet, and the Deployment's revision number, up to date. */
function syncNewSet({ deployment, newSet, revision }: Situation): DeploymentStep[] {
  if (newSet === undefined) return [];
  const annotations = annotationsFor(deployment, newSet, revision);
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  const right =
    semanticEqual(annotations, newSet.metadata?.annotations) &&
    (newSet.spec?.minReadySeconds ?? 0) === minReadySeconds;
  if (!right) {
    const replicaSet: ReplicaSet = {
      ...newSet,
      metadata: { ...newSet.metadata, annotations },
      spec: { ...newSet.spec, selector: newSet.spec?.selector ?? {}, minReadySeconds },
    };
    return [{ type: 'updateReplicaSet', replicaSet, from: replicasOf(newSet) }];
  }
  const number = annotations[revisionAnnotation] ?? '';
  if (deployment.metadata?.annotations?.[revisionAnnotation] === number) return [];
  return [{ type: 'annotate', annotations: { [revisionAnnotation]: number } }];
}

function planRolling(situation: Situation): Decision {
  const { deployment, newSet, old } = situation;
  return newSet === undefined ? create(situation) : { steps: rollOver(deployment, { newSet, old }) };
}

function planRecreate(situation: Situation): Decision {
  const { deployment, newSet, old, pods } = situation;
  const down = shutDownOld(deployment, old);
  if (down.length > 0) return { steps: down };
  const last = lastOldPod(newSet, pods);
  if (last !== undefined) {
    const { namespace, name = '' } = last.metadata ?? {};
    const message = `${name} of the former template still runs; with strategy Recreate nothing new starts before it is gone`;
    return {
      steps: [],
      waiting: { reason: 'OldPodsRunning', message, on: { kind: 'Pod', namespace, name } },
    };
  }
  if (newSet === undefined) return create(situation);
  return {
    steps:
      replicasOf(newSet) === replicasOf(deployment) ? [] : resize(deployment, newSet, replicasOf(deployment)),
  };
}

function create({ deployment, old, takenNames, revision }: Situation): Decision {
  const { replicaSet, collisionCount } = newReplicaSet(deployment, { old, takenNames, revision });
  return { steps: [{ type: 'createReplicaSet', replicaSet }], created: replicaSet, collisionCount };
}

/** Old, empty ReplicaSets beyond the history limit, oldest first. */
function cleanUp({ deployment, old }: Situation): DeploymentStep[] {
  const limit = deployment.spec?.revisionHistoryLimit ?? 10;
  const idle = old
    .filter((set) => replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && !isTerminating(set))
    .filter((set) => (set.metadata?.generation ?? 0) <= (set.status?.observedGeneration ?? 0))
    .sort((a, b) => revisionNumber(a) - revisionNumber(b) || byAge(a, b));
  return idle
    .slice(0, Math.max(0, idle.length - limit))
    .map((replicaSet) => ({ type: 'deleteReplicaSet', replicaSet }));
}

function pausedWait(): Waiting {
  return {
    reason: 'DeploymentPaused',
    message: 'the Deployment is paused',
    unblockedBy: 'kubectl rollout resume',
  };
}

function waitFor({ deployment, newSet, pods }: Situation, status: DeploymentStatus): Waiting | undefined {
  if (isTerminating(deployment) || isComplete(deployment, status)) return undefined;
  const own = (pod: Pod): boolean => controllerOf(pod)?.uid === newSet?.metadata?.uid;
  for (const pod of [...pods].sort((a, b) => Number(own(b)) - Number(own(a)))) {
    const trouble = podTrouble(pod);
    if (trouble === undefined) continue;
    const { namespace, name = '' } = pod.metadata ?? {};
    return {
      reason: trouble.reason,
      message: `${name} ${trouble.message}`,
      on: { kind: 'Pod', namespace, name },
    };
  }
  const { namespace, name = '' } = newSet?.metadata ?? {};
  if (newSet === undefined) return undefined;
  return {
    reason: 'ReplicaSetNotAvailable',
    message: `ReplicaSet ${name} has ${newSet.status?.availableReplicas ?? 0} of ${replicasOf(deployment)} Pods available`,
    on: { kind: 'ReplicaSet', namespace, name },
  };
}

/** Pauses stand in a condition, and what a ReplicaSet waits for is told of the ReplicaSet. */
export function isWaitNews({ reason }: Waiting): boolean {
  return reason === 'OldPodsRunning';
}

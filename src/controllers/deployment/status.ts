import type {
  Deployment,
  DeploymentCondition,
  DeploymentStatus,
  ReplicaSet,
} from '../../api/generated/apps-v1.js';
import { type Finding, withCondition, withProgress } from './conditions.js';
import { fenceposts, replicasOf, totalAvailable, totalReplicas } from './numbers.js';

/** What the status is made from. */
export interface StatusInput {
  readonly deployment: Deployment;
  readonly sets: readonly ReplicaSet[];
  readonly newSet: ReplicaSet | undefined;
  /** The ReplicaSet that this very pass creates. */
  readonly created: ReplicaSet | undefined;
  readonly collisionCount: number | undefined;
  readonly now: Date;
}

/** The status that the facts call for. */
export function statusOf(input: StatusInput): DeploymentStatus {
  const { deployment, sets, newSet, created, now } = input;
  const available = totalAvailable(sets);
  const sum = (count: (set: ReplicaSet) => number | undefined): number =>
    sets.reduce((total, set) => total + (count(set) ?? 0), 0);
  const conditions = withCondition(deployment.status?.conditions ?? [], availability(deployment, available), {
    now,
  });
  const status: DeploymentStatus = {
    observedGeneration: deployment.metadata?.generation,
    replicas: sum((set) => set.status?.replicas),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: sum((set) => set.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalReplicas(sets) - available),
    terminatingReplicas: sum((set) => set.status?.terminatingReplicas),
    ...(input.collisionCount === undefined ? {} : { collisionCount: input.collisionCount }),
    conditions,
  };
  const name = (newSet ?? created)?.metadata?.name;
  const progress = { deployment, status, newSet: name, created: created !== undefined, now };
  return { ...status, conditions: withReplicaFailure(withProgress(progress), input) };
}

/** The conditions with what a ReplicaSet says of refused Pods: the one of the present template, or else any other. */
function withReplicaFailure(
  conditions: readonly DeploymentCondition[],
  { sets, newSet }: StatusInput,
): readonly DeploymentCondition[] {
  const type = 'ReplicaFailure';
  const told = [...(newSet === undefined ? [] : [newSet]), ...sets].flatMap(
    (set) => set.status?.conditions ?? [],
  );
  const failure = told.find((condition) => condition.type === type);
  const others = conditions.filter((condition) => condition.type !== type);
  if (failure === undefined) return others;
  const old = conditions.find((condition) => condition.type === type);
  if (old?.status === failure.status && old.reason === failure.reason) return conditions;
  return [...others, { ...failure, lastUpdateTime: failure.lastTransitionTime }];
}

function availability(deployment: Deployment, available: number): Finding {
  const enough = available >= replicasOf(deployment) - fenceposts(deployment).unavailable;
  return enough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

import type { ReplicaSetCondition, ReplicaSetStatus } from '../../api/generated/apps-v1.js';

/** Why the number of Pods could not be changed. */
export type FailureReason = 'FailedCreate' | 'FailedDelete';

const type = 'ReplicaFailure';

/** The conditions that have nothing to do with refused Pods: those that stay when none is refused any more. */
export function conditionsWithoutFailure(status: ReplicaSetStatus | undefined): {
  readonly conditions?: readonly ReplicaSetCondition[];
} {
  const conditions = (status?.conditions ?? []).filter((condition) => condition.type !== type);
  return conditions.length === 0 ? {} : { conditions };
}

/** What a failure that was told before, or now, leaves in the status. As in Kubernetes the first one stays until it is over. */
export function withFailure(
  status: ReplicaSetStatus,
  before: ReplicaSetStatus | undefined,
  { reason, now }: { readonly reason: FailureReason; readonly now: Date },
): ReplicaSetStatus {
  const known = before?.conditions?.find((condition) => condition.type === type);
  const lastTransitionTime = `${now.toISOString().slice(0, 19)}Z`;
  const condition = known ?? { type, status: 'True', reason, lastTransitionTime };
  return { ...status, conditions: [...(status.conditions ?? []), condition] };
}

/** The status with the words of the refusal; a failure that was told before keeps its own. */
export function withRefusal(status: ReplicaSetStatus, message: string): ReplicaSetStatus {
  const conditions = (status.conditions ?? []).map((condition) =>
    condition.type === type && condition.message === undefined ? { ...condition, message } : condition,
  );
  return { ...status, conditions };
}

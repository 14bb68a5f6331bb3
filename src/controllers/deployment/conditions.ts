import type { Deployment, DeploymentCondition, DeploymentStatus } from '../../api/generated/apps-v1.js';
import { replicasOf } from './numbers.js';

/** A condition without its times. */
export type Finding = Pick<DeploymentCondition, 'type' | 'status' | 'reason' | 'message'>;

const forever = 2_147_483_647;

function timeOf(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/** The conditions with one set; `lastTransitionTime` moves only when its status does, and nothing when nothing changed. */
export function withCondition(
  conditions: readonly DeploymentCondition[],
  finding: Finding,
  { now, touch = false }: { readonly now: Date; readonly touch?: boolean },
): readonly DeploymentCondition[] {
  const old = conditions.find((condition) => condition.type === finding.type);
  if (!touch && old?.status === finding.status && old.reason === finding.reason) return conditions;
  const time = timeOf(now);
  const moved = old?.status === finding.status ? old.lastTransitionTime : time;
  const fresh: DeploymentCondition = { ...finding, lastUpdateTime: time, lastTransitionTime: moved };
  return [...conditions.filter((condition) => condition !== old), fresh];
}

/** The deadline for progress in milliseconds, or undefined when there is none. */
export function deadlineMs(deployment: Deployment): number | undefined {
  const seconds = deployment.spec?.progressDeadlineSeconds ?? 600;
  return seconds === forever ? undefined : seconds * 1000;
}

/** Whether all replicas are of the present template, available, and nothing else is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata?.generation ?? 0)
  );
}

function hasMoved(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function find(conditions: readonly DeploymentCondition[]): DeploymentCondition | undefined {
  return conditions.find((condition) => condition.type === 'Progressing');
}

/** Milliseconds until the rollout counts as stuck; undefined when it cannot become so. */
export function msUntilDeadline(
  deployment: Deployment,
  status: DeploymentStatus,
  now: Date,
): number | undefined {
  const deadline = deadlineMs(deployment);
  const condition = find(status.conditions ?? []);
  if (deadline === undefined || condition === undefined || isComplete(deployment, status)) return undefined;
  const settled = ['NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused'];
  if (settled.includes(condition.reason ?? '')) return undefined;
  return Date.parse(condition.lastUpdateTime ?? '') + deadline - now.getTime();
}

/** What the Progressing condition has to consider. */
export interface Progress {
  readonly deployment: Deployment;
  /** The status as counted now, with the conditions there are. */
  readonly status: DeploymentStatus;
  /** The name of the ReplicaSet of the present template, once there is one. */
  readonly newSet: string | undefined;
  readonly created: boolean;
  readonly now: Date;
}

/** The conditions with Progressing brought up to date. */
export function withProgress(progress: Progress): readonly DeploymentCondition[] {
  const { deployment, status } = progress;
  const conditions = status.conditions ?? [];
  if (deadlineMs(deployment) === undefined)
    return conditions.filter((condition) => condition.type !== 'Progressing');
  const current = find(conditions);
  const done = status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable';
  if (deployment.spec?.paused === true) return paused(progress, current?.reason);
  const resumed = current?.reason === 'DeploymentPaused' ? resume(progress) : conditions;
  if (resumed !== conditions || (done && !progress.created)) return resumed;
  return judge(progress, current);
}

function paused({ status, now }: Progress, reason: string | undefined): readonly DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  if (reason === 'ProgressDeadlineExceeded') return conditions;
  const finding = {
    type: 'Progressing',
    status: 'Unknown',
    reason: 'DeploymentPaused',
    message: 'Deployment is paused',
  };
  return withCondition(conditions, finding, { now });
}

function resume({ status, now }: Progress): readonly DeploymentCondition[] {
  const finding = {
    type: 'Progressing',
    status: 'Unknown',
    reason: 'DeploymentResumed',
    message: 'Deployment is resumed',
  };
  return withCondition(status.conditions ?? [], finding, { now });
}

function judge(progress: Progress, current: DeploymentCondition | undefined): readonly DeploymentCondition[] {
  const { deployment, status, newSet, created, now } = progress;
  const conditions = status.conditions ?? [];
  const subject =
    newSet === undefined ? `Deployment "${deployment.metadata?.name}"` : `ReplicaSet "${newSet}"`;
  const say = (ok: boolean, reason: string, message: string): Finding => ({
    type: 'Progressing',
    status: ok ? 'True' : 'False',
    reason,
    message,
  });
  if (created) {
    return withCondition(
      conditions,
      say(true, 'NewReplicaSetCreated', `Created new replica set "${newSet}"`),
      { now },
    );
  }
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(conditions, say(true, 'NewReplicaSetAvailable', message), { now });
  }
  if (hasMoved(deployment.status ?? {}, status)) {
    const finding = say(true, 'ReplicaSetUpdated', `${subject} is progressing.`);
    return withCondition(conditions, finding, { now, touch: true });
  }
  if (current === undefined && newSet !== undefined) {
    return withCondition(conditions, say(true, 'FoundNewReplicaSet', `Found new replica set "${newSet}"`), {
      now,
    });
  }
  const left = msUntilDeadline(deployment, status, now);
  if (left === undefined || left > 0) return conditions;
  const message = `${subject} has timed out progressing.`;
  return withCondition(conditions, say(false, 'ProgressDeadlineExceeded', message), { now });
}

import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.js';
import type { IntOrString } from '../../api/generated/meta-v1.js';

/** Annotation of a ReplicaSet: the replicas its Deployment asked for when it was last sized. */
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
/** Annotation of a ReplicaSet: the replicas its Deployment may have at most, surge included. */
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

/** How many replicas an object asks for. */
export function replicasOf(object: Deployment | ReplicaSet): number {
  return object.spec?.replicas ?? 1;
}

/** The sum of what the sets ask for. */
export function totalReplicas(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + replicasOf(set), 0);
}

/** The sum of the available Pods of the sets. */
export function totalAvailable(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0);
}

/** Whether Pods are replaced bit by bit. */
export function isRolling(deployment: Deployment): boolean {
  return deployment.spec?.strategy?.type !== 'Recreate';
}

function resolve(value: IntOrString | undefined, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = Number.parseInt(value ?? '25%', 10);
  return Number.isNaN(percent) ? 0 : round((percent * total) / 100);
}

/** The room a rolling update has: surge is rounded up, unavailability down; were both zero, one may be unavailable. */
export function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (!isRolling(deployment)) return { surge: 0, unavailable: 0 };
  const total = replicasOf(deployment);
  const rolling = deployment.spec?.strategy?.rollingUpdate;
  const surge = resolve(rolling?.maxSurge, total, Math.ceil);
  const unavailable = resolve(rolling?.maxUnavailable, total, Math.floor);
  if (surge === 0 && unavailable === 0) return { surge, unavailable: Math.min(1, total) };
  return { surge, unavailable: Math.min(unavailable, total) };
}

/** The size that the new ReplicaSet may have now. */
export function newSetSize(deployment: Deployment, all: readonly ReplicaSet[], newSet: number): number {
  const desired = replicasOf(deployment);
  if (!isRolling(deployment)) return desired;
  const room = desired + fenceposts(deployment).surge - totalReplicas(all);
  return room <= 0 ? newSet : newSet + Math.min(room, desired - newSet);
}

/** The set with another size, and with the annotations that proportional scaling reads. */
export function resized(deployment: Deployment, set: ReplicaSet, replicas: number): ReplicaSet {
  return {
    ...set,
    metadata: {
      ...set.metadata,
      annotations: { ...set.metadata?.annotations, ...sizeAnnotations(deployment) },
    },
    spec: { ...set.spec, selector: set.spec?.selector ?? {}, replicas },
  };
}

/** What the annotations of a set that is sized now say. */
export function sizeAnnotations(deployment: Deployment): Readonly<Record<string, string>> {
  const desired = replicasOf(deployment);
  return {
    [desiredAnnotation]: String(desired),
    [maxAnnotation]: String(desired + fenceposts(deployment).surge),
  };
}

/** Oldest first; equal ages in the order of names. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const age =
    Date.parse(a.metadata?.creationTimestamp ?? '') - Date.parse(b.metadata?.creationTimestamp ?? '');
  return age || (a.metadata?.name ?? '').localeCompare(b.metadata?.name ?? '');
}

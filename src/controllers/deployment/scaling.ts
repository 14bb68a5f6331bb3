import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.js';
import type { DeploymentStep } from './actions.js';
import {
  byAge,
  desiredAnnotation,
  fenceposts,
  isRolling,
  maxAnnotation,
  replicasOf,
  resized,
  sizeAnnotations,
  totalReplicas,
} from './numbers.js';

/** The write that gives a set another size or newer size annotations; none when it has both. */
export function resize(deployment: Deployment, set: ReplicaSet, replicas: number): DeploymentStep[] {
  const noted = Object.entries(sizeAnnotations(deployment)).every(
    ([key, value]) => set.metadata?.annotations?.[key] === value,
  );
  const from = replicasOf(set);
  if (from === replicas && noted) return [];
  return [{ type: 'updateReplicaSet', replicaSet: resized(deployment, set, replicas), from }];
}

/** Whether the Deployment's size was changed since its sets were last sized. */
export function isScalingEvent(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets
    .filter((set) => replicasOf(set) > 0)
    .some((set) => {
      const noted = set.metadata?.annotations?.[desiredAnnotation];
      return noted !== undefined && Number(noted) !== replicasOf(deployment);
    });
}

/** Spreads a new size over the sets: all of it to the only active one, in proportion in the middle of a rollout. */
export function scale(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): DeploymentStep[] {
  const all = newSet === undefined ? old : [...old, newSet];
  const active = all.filter((set) => replicasOf(set) > 0);
  const only = active.length > 1 ? undefined : (active[0] ?? newSet ?? [...old].sort(byAge).at(-1));
  if (active.length <= 1) return only === undefined ? [] : resizeOnly(deployment, only);
  if (newSet !== undefined && isSaturated(deployment, newSet)) {
    return old.filter((set) => replicasOf(set) > 0).flatMap((set) => resize(deployment, set, 0));
  }
  return isRolling(deployment) ? proportionally(deployment, active) : [];
}

function resizeOnly(deployment: Deployment, set: ReplicaSet): DeploymentStep[] {
  return replicasOf(set) === replicasOf(deployment) ? [] : resize(deployment, set, replicasOf(deployment));
}

function isSaturated(deployment: Deployment, set: ReplicaSet): boolean {
  const desired = replicasOf(deployment);
  return (
    replicasOf(set) === desired &&
    Number(set.metadata?.annotations?.[desiredAnnotation]) === desired &&
    set.status?.availableReplicas === desired
  );
}

function proportionally(deployment: Deployment, active: readonly ReplicaSet[]): DeploymentStep[] {
  const desired = replicasOf(deployment);
  const allowed = desired > 0 ? desired + fenceposts(deployment).surge : 0;
  const toAdd = allowed - totalReplicas(active);
  const largestFirst = [...active].sort(
    (a, b) => replicasOf(b) - replicasOf(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)),
  );
  let added = 0;
  const sizes = largestFirst.map((set) => {
    const share = shareOf(deployment, set, { toAdd, added });
    added += share;
    return replicasOf(set) + share;
  });
  return largestFirst.flatMap((set, index) => {
    const leftover = index === 0 ? toAdd - added : 0;
    return resize(deployment, set, Math.max(0, (sizes[index] ?? 0) + leftover));
  });
}

/** A set's share of the replicas to add (negative: to take), rounded, and within what is left to give. */
function shareOf(
  deployment: Deployment,
  set: ReplicaSet,
  { toAdd, added }: { readonly toAdd: number; readonly added: number },
): number {
  if (toAdd === 0 || replicasOf(set) === 0) return 0;
  const desired = replicasOf(deployment);
  const annotated = Number(set.metadata?.annotations?.[maxAnnotation]);
  const before = annotated > 0 ? annotated : (deployment.status?.replicas ?? 0);
  const grown =
    before > 0 ? Math.round((replicasOf(set) * (desired + fenceposts(deployment).surge)) / before) : 0;
  const fraction = desired === 0 ? -replicasOf(set) : grown - replicasOf(set);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

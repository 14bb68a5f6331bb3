import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { controllerOf } from '../../api/owner.js';
import { isPodFinished } from '../../api/pods.js';
import type { DeploymentStep } from './actions.js';
import { byAge, fenceposts, newSetSize, replicasOf, totalAvailable, totalReplicas } from './numbers.js';
import { resize } from './scaling.js';

/** The new ReplicaSet, and those of older templates. */
export interface Sets {
  readonly newSet: ReplicaSet;
  readonly old: readonly ReplicaSet[];
}

/** RollingUpdate: grow the new set as far as the surge lets it, else shrink the old ones as far as availability lets them. */
export function rollOver(deployment: Deployment, sets: Sets): DeploymentStep[] {
  const grown = resizeNew(deployment, sets);
  return grown.length > 0 ? grown : shrinkOld(deployment, sets);
}

function resizeNew(deployment: Deployment, { newSet, old }: Sets): DeploymentStep[] {
  const desired = replicasOf(deployment);
  const size = replicasOf(newSet);
  if (size === desired) return [];
  const wanted = size > desired ? desired : newSetSize(deployment, [...old, newSet], size);
  return wanted === size ? [] : resize(deployment, newSet, wanted);
}

function shrinkOld(deployment: Deployment, { newSet, old }: Sets): DeploymentStep[] {
  const active = old.filter((set) => replicasOf(set) > 0).sort(byAge);
  const least = replicasOf(deployment) - fenceposts(deployment).unavailable;
  const newUnavailable = replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0);
  const room = totalReplicas([...active, newSet]) - least - newUnavailable;
  if (active.length === 0 || room <= 0) return [];
  const sizes = new Map(active.map((set) => [set, replicasOf(set)]));
  // Pods that are down anyway go first: that costs no availability.
  take(active, sizes, { room, most: (set) => replicasOf(set) - (set.status?.availableReplicas ?? 0) });
  const spare = totalAvailable([...active, newSet]) - least;
  take(active, sizes, { room: spare, most: (set) => sizes.get(set) ?? 0 });
  return active.flatMap((set) => {
    const size = sizes.get(set) ?? 0;
    return size === replicasOf(set) ? [] : resize(deployment, set, size);
  });
}

function take(
  sets: readonly ReplicaSet[],
  sizes: Map<ReplicaSet, number>,
  { room, most }: { readonly room: number; readonly most: (set: ReplicaSet) => number },
): void {
  let left = room;
  for (const set of sets) {
    const count = Math.max(0, Math.min(most(set), left));
    sizes.set(set, (sizes.get(set) ?? 0) - count);
    left -= count;
  }
}

/** Recreate: old sets go to zero. */
export function shutDownOld(deployment: Deployment, old: readonly ReplicaSet[]): DeploymentStep[] {
  return old.filter((set) => replicasOf(set) > 0).flatMap((set) => resize(deployment, set, 0));
}

/** A Pod of an older template that still runs: Recreate starts nothing new before it is gone. */
export function lastOldPod(newSet: ReplicaSet | undefined, pods: readonly Pod[]): Pod | undefined {
  return pods.find((pod) => controllerOf(pod)?.uid !== newSet?.metadata?.uid && !isPodFinished(pod));
}

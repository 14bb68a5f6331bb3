import type { ReplicaSet } from '../../api/generated/apps-v1.js';
import type { Pod, ReplicationController } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import { labelSelectorOf, matchesLabels } from '../../api/selectors.js';
import type { Cache, ReadingClient } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyFor, keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import type { ReplicaSetFacts } from './facts.js';
import { type ReplicaKind, type Replicated, replicaSetKind, replicationControllerKind } from './kind.js';

/** The caches that the controller reads. */
export interface ReplicaSetCaches<T extends Replicated> {
  readonly kind: ReplicaKind<T>;
  readonly sets: Cache<T>;
  readonly pods: Cache<Pod>;
}

/** Opens the caches of the controller of ReplicaSets. */
export function openReplicaSetCaches(client: ReadingClient): ReplicaSetCaches<ReplicaSet> {
  return openCaches(client, replicaSetKind);
}

/** Opens the caches of the controller of ReplicationControllers. */
export function openReplicationControllerCaches(
  client: ReadingClient,
): ReplicaSetCaches<ReplicationController> {
  return openCaches(client, replicationControllerKind);
}

function openCaches<T extends Replicated>(client: ReadingClient, kind: ReplicaKind<T>): ReplicaSetCaches<T> {
  return { kind, sets: client.cache(kind.row), pods: client.cache(kinds.Pod) };
}

/** Reads everything about one set; undefined when there is none. */
export async function observe<T extends Replicated>(
  caches: ReplicaSetCaches<T>,
  key: string,
): Promise<ReplicaSetFacts | undefined> {
  await Promise.all([caches.sets.synced, caches.pods.synced]);
  const set = caches.sets.get(splitKey(key));
  if (set === undefined) return undefined;
  const { namespace, uid } = set.metadata ?? {};
  const labels = caches.kind.selectorOf(set);
  const selector = labelSelectorOf(labels);
  const pods = caches.pods.list(namespace);
  const owner = controllerOf(set)?.uid;
  const relatives = new Set(
    caches.sets
      .list(namespace)
      .filter((other) => owner !== undefined && controllerOf(other)?.uid === owner)
      .map((other) => other.metadata?.uid),
  ).add(uid);
  const podsOnNode = new Map<string, number>();
  for (const pod of pods) {
    if (!relatives.has(controllerOf(pod)?.uid)) continue;
    const node = pod.spec?.nodeName ?? '';
    podsOnNode.set(node, (podsOnNode.get(node) ?? 0) + 1);
  }
  return {
    kind: caches.kind,
    set,
    selector: labels,
    pods: pods.filter((pod) => controllerOf(pod)?.uid === uid || isMatchingOrphan(pod)),
    podsOnNode,
  };

  function isMatchingOrphan(pod: Pod): boolean {
    return controllerOf(pod) === undefined && matchesLabels(selector, pod.metadata?.labels);
  }
}

/** Whatever makes a set's key worth another look. */
export function sources<T extends Replicated>(caches: ReplicaSetCaches<T>): readonly KeySource<string>[] {
  const { kind } = caches;
  const keysOf = (pod: Pod): readonly string[] => {
    const controller = controllerOf(pod);
    const namespace = pod.metadata?.namespace;
    if (controller !== undefined) {
      return controller.kind === kind.row.kind ? [keyFor({ namespace, name: controller.name })] : [];
    }
    return caches.sets
      .list(namespace)
      .filter((set) => matchesLabels(labelSelectorOf(kind.selectorOf(set)), pod.metadata?.labels))
      .map(keyOf);
  };
  return [ownKeys(caches.sets), fromCache(caches.pods, (change) => bothSides(change, keysOf))];
}

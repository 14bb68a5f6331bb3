import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import { labelSelectorOf, matchesLabels } from '../../api/selectors.js';
import type { Cache, ReadingClient } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyFor, keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import type { DeploymentFacts } from './facts.js';

/** The caches that the controller reads. */
export interface DeploymentCaches {
  readonly deployments: Cache<Deployment>;
  readonly replicaSets: Cache<ReplicaSet>;
  readonly pods: Cache<Pod>;
}

/** Opens the controller's caches. */
export function openCaches(client: ReadingClient): DeploymentCaches {
  return {
    deployments: client.cache(kinds.Deployment),
    replicaSets: client.cache(kinds.ReplicaSet),
    pods: client.cache(kinds.Pod),
  };
}

/** Reads everything about one Deployment; undefined when there is none. */
export async function observe(caches: DeploymentCaches, key: string): Promise<DeploymentFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  const deployment = caches.deployments.get(splitKey(key));
  if (deployment === undefined) return undefined;
  const { namespace, uid } = deployment.metadata ?? {};
  const selector = labelSelectorOf(deployment.spec?.selector);
  const all = caches.replicaSets.list(namespace);
  const replicaSets = all.filter((set) => {
    const controller = controllerOf(set);
    return controller === undefined ? matchesLabels(selector, set.metadata?.labels) : controller.uid === uid;
  });
  const owned = new Set(replicaSets.map((set) => set.metadata?.uid));
  return {
    deployment,
    replicaSets,
    pods: caches.pods.list(namespace).filter((pod) => owned.has(controllerOf(pod)?.uid)),
    takenNames: new Set(
      all.filter((set) => !replicaSets.includes(set)).map((set) => set.metadata?.name ?? ''),
    ),
  };
}

/** Whatever makes a Deployment's key worth another look. */
export function sources(caches: DeploymentCaches): readonly KeySource<string>[] {
  const keysOfSet = (set: ReplicaSet): readonly string[] => {
    const controller = controllerOf(set);
    const namespace = set.metadata?.namespace;
    if (controller !== undefined) {
      return controller.kind === 'Deployment' ? [keyFor({ namespace, name: controller.name })] : [];
    }
    return caches.deployments
      .list(namespace)
      .filter((deployment) => matchesLabels(labelSelectorOf(deployment.spec?.selector), set.metadata?.labels))
      .map(keyOf);
  };
  const keysOfPod = (pod: Pod): readonly string[] => {
    const controller = controllerOf(pod);
    if (controller?.kind !== 'ReplicaSet') return [];
    const set = caches.replicaSets.get({ namespace: pod.metadata?.namespace, name: controller.name });
    return set === undefined ? [] : keysOfSet(set);
  };
  return [
    ownKeys(caches.deployments),
    fromCache(caches.replicaSets, (change) => bothSides(change, keysOfSet)),
    fromCache(caches.pods, (change) => bothSides(change, keysOfPod)),
  ];
}

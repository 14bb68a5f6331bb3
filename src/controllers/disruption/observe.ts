import type { Deployment, ReplicaSet, StatefulSet } from '../../api/generated/apps-v1.js';
import type { Pod, ReplicationController } from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget } from '../../api/generated/policy-v1.js';
import { kinds, rowOfObject } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { controllerOf } from '../../api/owner.js';
import { labelSelectorOf, matchesLabels } from '../../api/selectors.js';
import { resourceName } from '../../api/status-error.js';
import type { Cache, ReadingClient } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import type { CoveredPod, DisruptionFacts } from './facts.js';

/** The caches that the controller reads. */
export interface DisruptionCaches {
  readonly budgets: Cache<PodDisruptionBudget>;
  readonly pods: Cache<Pod>;
  readonly deployments: Cache<Deployment>;
  readonly replicaSets: Cache<ReplicaSet>;
  readonly statefulSets: Cache<StatefulSet>;
  readonly replicationControllers: Cache<ReplicationController>;
}

/** Opens the controller's caches. */
export function openCaches(client: ReadingClient): DisruptionCaches {
  return {
    budgets: client.cache(kinds.PodDisruptionBudget),
    pods: client.cache(kinds.Pod),
    deployments: client.cache(kinds.Deployment),
    replicaSets: client.cache(kinds.ReplicaSet),
    statefulSets: client.cache(kinds.StatefulSet),
    replicationControllers: client.cache(kinds.ReplicationController),
  };
}

function covers(budget: PodDisruptionBudget, pod: Pod): boolean {
  const selector = budget.spec?.selector;
  return selector !== undefined && matchesLabels(labelSelectorOf(selector), pod.metadata?.labels);
}

/** Reads everything about one budget; undefined when there is none. */
export async function observe(caches: DisruptionCaches, key: string): Promise<DisruptionFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  const budget = caches.budgets.get(splitKey(key));
  if (budget === undefined) return undefined;
  const pods = caches.pods.list(budget.metadata?.namespace).filter((pod) => covers(budget, pod));
  return { budget, pods: pods.map((pod) => ({ pod, keeper: keeperOf(caches, pod) })) };
}

type Sized = KubeObject & { readonly spec?: { readonly replicas?: number } };

function keeperOf(caches: DisruptionCaches, pod: Pod): CoveredPod['keeper'] {
  const owner = controllerOf(pod);
  if (owner === undefined) return 'none';
  const key = { namespace: pod.metadata?.namespace, name: owner.name };
  const cache = sizedCache(caches, owner.kind);
  if (cache === undefined) {
    const row = rowOfObject(owner.apiVersion, owner.kind);
    return { uid: owner.uid, kind: row === undefined ? owner.kind : resourceName(row), replicas: undefined };
  }
  const found = cache.get(key);
  if (found === undefined || found.metadata?.uid !== owner.uid) return 'unknown';
  const above = owner.kind === 'ReplicaSet' ? deploymentOf(caches, found) : undefined;
  const keeper = above ?? found;
  return { uid: keeper.metadata?.uid ?? '', kind: owner.kind, replicas: keeper.spec?.replicas ?? 1 };
}

function sizedCache(caches: DisruptionCaches, kind: string): Cache<Sized> | undefined {
  if (kind === 'ReplicaSet') return caches.replicaSets;
  if (kind === 'StatefulSet') return caches.statefulSets;
  return kind === 'ReplicationController' ? caches.replicationControllers : undefined;
}

function deploymentOf(caches: DisruptionCaches, set: Sized): Sized | undefined {
  const owner = controllerOf(set);
  if (owner?.kind !== 'Deployment') return undefined;
  const found = caches.deployments.get({ namespace: set.metadata?.namespace, name: owner.name });
  return found?.metadata?.uid === owner.uid ? found : undefined;
}

/** Whatever makes a budget's key worth another look. */
export function sources(caches: DisruptionCaches): readonly KeySource<string>[] {
  const budgetsOfPod = (pod: Pod): readonly string[] =>
    caches.budgets
      .list(pod.metadata?.namespace)
      .filter((budget) => covers(budget, pod))
      .map(keyOf);
  const budgetsBeside = ({ metadata }: KubeObject): readonly string[] =>
    caches.budgets.list(metadata?.namespace).map(keyOf);
  const sized: readonly Cache<Sized>[] = [
    caches.deployments,
    caches.replicaSets,
    caches.statefulSets,
    caches.replicationControllers,
  ];
  return [
    ownKeys(caches.budgets),
    fromCache(caches.pods, (change) => bothSides(change, budgetsOfPod)),
    // Only the number of Pods that is wanted matters, which seldom changes.
    ...sized.map((cache) =>
      fromCache(cache, (change) =>
        change.before?.spec?.replicas === change.after?.spec?.replicas
          ? []
          : bothSides(change, budgetsBeside),
      ),
    ),
  ];
}

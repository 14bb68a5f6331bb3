import type {
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
} from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget } from '../../api/generated/policy-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';
import { kinds } from '../../api/kinds.js';
import { isPodFinished } from '../../api/pods.js';
import type { Cache, CacheChange, ReadingClient } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache } from '../../reconcile/sources.js';
import type { Backlog } from './backlog.js';
import { countsTheSame, occupiedNode, rulesAfterNode, rulesAfterPod } from './changes.js';
import { ClusterView } from './cluster-view.js';
import { defaultSelector, type GroupCaches } from './default-selector.js';
import type { SchedulerFacts } from './facts.js';
import { podKey } from './pod-view.js';
import { claimNames, delayedClaims } from './volumes.js';

/** The caches that the scheduler reads. */
export interface SchedulerCaches extends GroupCaches {
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
  readonly namespaces: Cache<Namespace>;
  readonly claims: Cache<PersistentVolumeClaim>;
  readonly volumes: Cache<PersistentVolume>;
  readonly classes: Cache<StorageClass>;
  readonly budgets: Cache<PodDisruptionBudget>;
}

/** Opens the scheduler's caches. */
export function openCaches(client: ReadingClient): SchedulerCaches {
  return {
    pods: client.cache(kinds.Pod),
    nodes: client.cache(kinds.Node),
    namespaces: client.cache(kinds.Namespace),
    claims: client.cache(kinds.PersistentVolumeClaim),
    volumes: client.cache(kinds.PersistentVolume),
    classes: client.cache(kinds.StorageClass),
    budgets: client.cache(kinds.PodDisruptionBudget),
    services: client.cache(kinds.Service),
    replicaSets: client.cache(kinds.ReplicaSet),
    statefulSets: client.cache(kinds.StatefulSet),
    replicationControllers: client.cache(kinds.ReplicationController),
  };
}

/** A view of nodes and Pods that follows the caches. Open it before the sources: it must have seen what they tell. */
export function openView({ pods, nodes, namespaces }: SchedulerCaches): ClusterView {
  const view = new ClusterView();
  namespaces.onChange(({ before, after }) => {
    const { name = '', labels = {} } = (after ?? before)?.metadata ?? {};
    view.setNamespace(name, after === undefined ? undefined : labels);
  });
  nodes.onChange(({ before, after }) => {
    if (after === undefined) view.removeNode(before?.metadata?.name ?? '');
    else view.setNode(after);
  });
  pods.onChange((change) => followPod(view, change));
  return view;
}

/** The same as the caches have it now, for one look that nobody follows. */
export function viewOfCaches({ pods, nodes, namespaces }: SchedulerCaches): ClusterView {
  const view = new ClusterView();
  for (const { metadata } of namespaces.list()) {
    view.setNamespace(metadata?.name ?? '', metadata?.labels ?? {});
  }
  for (const node of nodes.list()) view.setNode(node);
  for (const pod of pods.list()) if (!isPodFinished(pod)) view.setPod(pod);
  return view;
}

function followPod(view: ClusterView, { before, after }: CacheChange<Pod>): void {
  if (after === undefined || isPodFinished(after)) {
    const gone = after ?? before;
    if (gone !== undefined) view.removePod(podKey(gone));
    return;
  }
  // What the view shows may be ahead of the cache: a Pod that was bound a moment ago is in its place already.
  const shown = view.shown(podKey(after)) ?? before;
  if (shown !== undefined && countsTheSame(shown, after) && view.refresh(after)) return;
  view.setPod(after);
}

/** What an observer of the scheduler works with. */
export interface Observer {
  readonly caches: SchedulerCaches;
  readonly view: ClusterView;
  readonly backlog: Backlog;
  readonly nowMs: () => number;
  readonly tieBreak: () => number;
}

/** Reads everything about a Pod that waits for a node; undefined for any other. The caches have their first lists. */
export function observe(observer: Observer, key: string): SchedulerFacts | undefined {
  const { caches, view, backlog } = observer;
  const pod = caches.pods.get(splitKey(key));
  if (pod === undefined || pod.spec?.nodeName || isPodFinished(pod)) {
    backlog.forget(key);
    return undefined;
  }
  const facts = {
    pod,
    view,
    ...claimsOf(caches, pod),
    budgets: caches.budgets.list(),
    defaultSelector: defaultSelector(caches, pod),
    tieBreak: observer.tieBreak(),
    held: backlog.held(key, observer.nowMs()),
  };
  const volumes =
    delayedClaims(facts).length > 0
      ? caches.volumes.list()
      : facts.claims.flatMap(({ spec }) => caches.volumes.get({ name: spec?.volumeName ?? '' }) ?? []);
  return { ...facts, volumes };
}

function claimsOf(caches: SchedulerCaches, pod: Pod): Pick<SchedulerFacts, 'claims' | 'classes' | 'volumes'> {
  const names = claimNames({ pod });
  if (names.length === 0) return { claims: [], classes: [], volumes: [] };
  const namespace = pod.metadata?.namespace;
  const claims = names.flatMap((name) => caches.claims.get({ namespace, name }) ?? []);
  return { claims, classes: caches.classes.list(), volumes: [] };
}

/** A waiting Pod is looked at when it changes itself, and when something changed that the rules which refused it look at. */
export function sources({ caches, backlog }: Observer): readonly KeySource<string>[] {
  const users = (claim: PersistentVolumeClaim): readonly string[] => {
    const { namespace, name = '' } = claim.metadata ?? {};
    return caches.pods
      .list(namespace)
      .filter((pod) => isWaiting(pod) && claimNames({ pod }).includes(name))
      .map(keyOf);
  };
  return [
    fromCache(caches.pods, (change) => [...ownKey(change), ...backlog.call(rulesAfterPod(change))]),
    fromCache(caches.nodes, (change) => backlog.call(rulesAfterNode(change))),
    fromCache(caches.namespaces, () => backlog.call(['InterPodAffinity'])),
    fromCache(caches.claims, (change) => bothSides(change, users)),
    fromCache(caches.volumes, () => backlog.call(['VolumeBinding', 'VolumeZone'])),
    fromCache(caches.classes, () => backlog.call(['VolumeBinding'])),
  ];
}

function isWaiting(pod: Pod): boolean {
  return !pod.spec?.nodeName && !isPodFinished(pod);
}

/** A Pod that waits, or has just ceased to; what was merely written into its status is no news. */
function ownKey({ before, after }: CacheChange<Pod>): readonly string[] {
  const pod = after ?? before;
  if (pod === undefined) return [];
  if (after === undefined || occupiedNode(after) !== undefined) {
    return before !== undefined && isWaiting(before) ? [keyOf(pod)] : [];
  }
  const told = before !== undefined && sameWish(before, after);
  return told ? [] : [keyOf(pod)];
}

function sameWish(before: Pod, after: Pod): boolean {
  return (
    before.status?.phase === after.status?.phase &&
    countsTheSame({ ...before, status: undefined }, { ...after, status: undefined })
  );
}

/** The order in which waiting Pods are looked at: the more important first, then the older. */
export function rankOf({ pods }: SchedulerCaches, key: string): readonly number[] {
  const pod = pods.get(splitKey(key));
  const created = Date.parse(pod?.metadata?.creationTimestamp ?? '');
  return [-(pod?.spec?.priority ?? 0), Number.isNaN(created) ? 0 : created];
}

import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';
import { kinds } from '../../api/kinds.js';
import { isPodFinished } from '../../api/pods.js';
import type { Cache, CacheChange, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import { fromCache } from '../../reconcile/sources.js';
import type { SchedulerFacts } from './facts.js';
import { claimNames } from './volumes.js';

/** The caches that the scheduler reads. */
export interface SchedulerCaches {
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
  readonly claims: Cache<PersistentVolumeClaim>;
  readonly volumes: Cache<PersistentVolume>;
  readonly classes: Cache<StorageClass>;
}

/** The scheduler that Pods name when they name none. */
export const schedulerName = 'default-scheduler';

/** Opens the scheduler's caches. */
export function openCaches(client: Client): SchedulerCaches {
  return {
    pods: client.cache(kinds.Pod),
    nodes: client.cache(kinds.Node),
    claims: client.cache(kinds.PersistentVolumeClaim),
    volumes: client.cache(kinds.PersistentVolume),
    classes: client.cache(kinds.StorageClass),
  };
}

function isWaiting(pod: Pod): boolean {
  return !pod.spec?.nodeName && (pod.spec?.schedulerName ?? schedulerName) === schedulerName;
}

/** Reads everything about a Pod that waits for a node; undefined for any other. */
export async function observe(caches: SchedulerCaches, key: string): Promise<SchedulerFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  const pod = caches.pods.get(splitKey(key));
  if (pod === undefined || !isWaiting(pod)) return undefined;
  const namespace = pod.metadata?.namespace;
  const claims = claimNames({ pod }).flatMap((name) => caches.claims.get({ namespace, name }) ?? []);
  return {
    pod,
    nodes: caches.nodes.list(),
    placed: caches.pods.list().filter((other) => other.spec?.nodeName !== undefined && !isPodFinished(other)),
    claims,
    volumes: caches.volumes.list(),
    classes: caches.classes.list(),
  };
}

/** A waiting Pod is looked at when it changes, and all of them when a place may have become free or a volume bound. */
export function sources(caches: SchedulerCaches): readonly KeySource<string>[] {
  const waiting = (): readonly string[] => caches.pods.list().filter(isWaiting).map(keyOf);
  const users = ({ after }: CacheChange<PersistentVolumeClaim>): readonly string[] => {
    const { namespace, name = '' } = after?.metadata ?? {};
    return caches.pods
      .list(namespace)
      .filter((pod) => isWaiting(pod) && claimNames({ pod }).includes(name))
      .map(keyOf);
  };
  return [
    fromCache(caches.pods, ({ after }) => {
      if (after === undefined || isPodFinished(after)) return waiting();
      return isWaiting(after) ? [keyOf(after)] : [];
    }),
    fromCache(caches.nodes, waiting),
    fromCache(caches.claims, users),
    fromCache(caches.classes, waiting),
  ];
}

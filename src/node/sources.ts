import { readdir } from 'node:fs/promises';
import type { Pod } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import type { KindRef, KubeObject } from '../api/kube-object.js';
import type { Cache, CacheChange } from '../client/client.js';
import type { KeySource } from '../reconcile/contract.js';
import { keyOf } from '../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../reconcile/sources.js';
import type { NodeContext } from './context.js';
import { referencedObjects } from './pod/references.js';
import { listPodDirectories } from './volumes/index.js';
import type { Waker } from './wake.js';

/** Whatever makes a Pod worth a look: itself, what its volumes and environment name, and its wakes. */
export function podSources(
  context: NodeContext,
  pods: Cache<Pod>,
  waker: Waker,
): readonly KeySource<string>[] {
  const { client } = context;
  const referring = <T extends KubeObject>(kind: KindRef<T>, prefix: string): KeySource<string> =>
    fromCache(client.cache(kind), (change) =>
      bothSides(change, (object) => referrers(context, pods, { prefix, object })),
    );
  const volumes = fromCache(client.cache(kinds.PersistentVolume), (change) =>
    bothSides(change, ({ spec }) => {
      const { namespace, name } = spec?.claimRef ?? {};
      const claim = { metadata: { namespace, name } };
      return name === undefined ? [] : referrers(context, pods, { prefix: 'claim', object: claim });
    }),
  );
  return [
    ownKeys(pods),
    waker.source,
    referring(kinds.ConfigMap, 'configmap'),
    referring(kinds.Secret, 'secret'),
    referring(kinds.PersistentVolumeClaim, 'claim'),
    volumes,
  ];
}

interface Referred {
  readonly prefix: string;
  readonly object: KubeObject;
}

/** The Pods that name an object. What failed for want of it is tried again at once. */
function referrers(
  { memories }: NodeContext,
  pods: Cache<Pod>,
  { prefix, object }: Referred,
): readonly string[] {
  const { namespace, name } = object.metadata ?? {};
  const affected = pods.list(namespace).filter((pod) => referencedObjects(pod).has(`${prefix}/${name}`));
  for (const { metadata } of affected) memories.forgive(metadata?.uid ?? '', 'volumes', 'start:');
  return affected.map(keyOf);
}

/** Uids of Pods of which something may be left: those that went, and at the start those that have a folder. */
export function leftoverSources(
  context: NodeContext,
  pods: Cache<Pod>,
  waker: Waker,
): readonly KeySource<string>[] {
  const gone = ({ before, after }: CacheChange<Pod>): readonly string[] => {
    const uid = before?.metadata?.uid;
    return uid === undefined || uid === after?.metadata?.uid ? [] : [uid];
  };
  const folders: KeySource<string> = (enqueue) => {
    void formerPods(context).then(
      (uids) => uids.forEach(enqueue),
      (error: unknown) => context.log.warn('the folders of former Pods could not be listed', { error }),
    );
    return () => {};
  };
  return [fromCache(pods, gone), waker.source, folders];
}

/** Uids that folders and logs of this node name. */
async function formerPods({ sandbox }: NodeContext): Promise<readonly string[]> {
  const folders = await listPodDirectories({ podsDir: sandbox.places.pods });
  const logs = await readdir(sandbox.places.logs).catch(() => []);
  return [...folders, ...logs.map((name) => name.slice(name.lastIndexOf('_') + 1))];
}

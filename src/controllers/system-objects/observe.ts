import type { KubeObject } from '../../api/kube-object.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf } from '../../reconcile/keys.js';
import { fromCache } from '../../reconcile/sources.js';
import type { SystemObject, SystemObjectFacts } from './facts.js';

/** One object that is kept, and the cache that holds it alone. */
export interface Kept {
  readonly wanted: SystemObject;
  readonly cache: Cache<KubeObject>;
}

/** By their keys. */
export type KeptObjects = ReadonlyMap<string, Kept>;

/** Opens a cache for each object. */
export function openCaches(client: Client, objects: readonly SystemObject[]): KeptObjects {
  return new Map(
    objects.map((wanted) => {
      const { namespace, name } = wanted.object.metadata ?? {};
      const fieldSelector = `metadata.name=${name}`;
      const narrowed = namespace === undefined ? { fieldSelector } : { namespace, fieldSelector };
      const cache = client.cache<KubeObject>(wanted.kind, narrowed);
      return [`${wanted.kind.kind}:${keyOf(wanted.object)}`, { wanted, cache }];
    }),
  );
}

/** Looks whether an object is there. */
export async function observe(kept: KeptObjects, key: string): Promise<SystemObjectFacts | undefined> {
  const found = kept.get(key);
  if (found === undefined) return undefined;
  await found.cache.synced;
  return { wanted: found.wanted, isThere: found.cache.list().length > 0 };
}

/** Each object is looked at once, and whenever it goes. */
export function sources(kept: KeptObjects): readonly KeySource<string>[] {
  const atFirst: KeySource<string> = (enqueue) => {
    for (const key of kept.keys()) enqueue(key);
    return () => undefined;
  };
  return [
    atFirst,
    ...[...kept].map(([key, { cache }]) =>
      fromCache(cache, ({ after }) => (after === undefined ? [key] : [])),
    ),
  ];
}

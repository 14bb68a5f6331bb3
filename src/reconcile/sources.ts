import type { KubeObject } from '../api/kube-object.js';
import type { Cache, CacheChange } from '../client/client.js';
import type { KeySource } from './contract.js';
import { keyOf } from './keys.js';

/** A source that knows when it has told all there is: no pass runs before, lest it takes what is not listed yet for absent. */
export type SyncedSource<Key> = KeySource<Key> & { readonly synced: Promise<void> };

/** Feeds the keys that a cache's changes concern; the driver waits for the cache's first list. */
export function fromCache<T extends KubeObject, Key extends string = string>(
  cache: Cache<T>,
  keysOf: (change: CacheChange<T>) => readonly Key[],
): SyncedSource<Key> {
  const subscribe: KeySource<Key> = (enqueue) =>
    cache.onChange((change) => {
      for (const key of keysOf(change)) enqueue(key);
    });
  return Object.assign(subscribe, { synced: cache.synced });
}

/** The first lists of those sources that come from caches. */
export function syncedOf<Key>(sources: readonly KeySource<Key>[]): Promise<void>[] {
  return sources.filter(isSyncedSource<Key>).map((source) => source.synced);
}

function isSyncedSource<Key>(source: KeySource<Key>): source is SyncedSource<Key> {
  return 'synced' in source;
}

/** Feeds each changed object's own key. */
export function ownKeys<T extends KubeObject>(cache: Cache<T>): SyncedSource<string> {
  return fromCache(cache, (change) => bothSides(change, (object) => [keyOf(object)]));
}

/** The keys of an object before and after a change, each once: when an owner or selector moved, both sides must look again. */
export function bothSides<T extends KubeObject, Key extends string>(
  change: CacheChange<T>,
  keysOf: (object: T) => readonly Key[],
): readonly Key[] {
  const keys = new Set<Key>();
  for (const object of [change.before, change.after]) {
    if (object === undefined) continue;
    for (const key of keysOf(object)) keys.add(key);
  }
  return [...keys];
}

import type { KubeObject } from '../api/kube-object.js';
import type { Cache } from '../client/client.js';

/** The objects of a cache by keys of one's own. */
export interface CacheIndex<T extends KubeObject> {
  /** The objects under a key, as the cache has them now. */
  get(key: string): readonly T[];
}

/**
 * Keeps the objects of a cache by what they concern (their owner, a name they contain), so that a pass need not go through
 * all of them. It follows the cache from within its own notifications and so is never behind it; it lives as long as that.
 */
export function indexOf<T extends KubeObject>(
  cache: Cache<T>,
  keysOf: (object: T) => readonly string[],
): CacheIndex<T> {
  const byKey = new Map<string, Map<string, T>>();
  const placeOf = ({ metadata }: T): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  const remove = (key: string, object: T): void => {
    const objects = byKey.get(key);
    objects?.delete(placeOf(object));
    if (objects?.size === 0) byKey.delete(key);
  };
  const put = (key: string, object: T): void => {
    const objects = byKey.get(key) ?? new Map<string, T>();
    byKey.set(key, objects.set(placeOf(object), object));
  };
  const keysIfThere = (object: T | undefined): readonly string[] =>
    object === undefined ? [] : keysOf(object);
  cache.onChange(({ before, after }) => {
    const kept = keysIfThere(after);
    const left = keysIfThere(before).filter((key) => !kept.includes(key));
    if (before !== undefined) for (const key of left) remove(key, before);
    if (after !== undefined) for (const key of kept) put(key, after);
  });
  return { get: (key) => [...(byKey.get(key)?.values() ?? [])] };
}

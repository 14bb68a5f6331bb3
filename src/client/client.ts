import type { KindRef, KubeObject, ObjectKey } from '../api/kube-object.js';
import type { ResourceApi, WriteOptions } from '../api/resource-api.js';

/** How a cache is narrowed; both selectors are Kubernetes' strings. */
export interface CacheOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** One change in a cache. `before` is undefined for a new object, `after` for one that went. */
export interface CacheChange<T extends KubeObject> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** A list-watch cache of one kind: frozen objects, never a copy. In process it is in step with the store. */
export interface Cache<T extends KubeObject> {
  /** Resolves when the first list is in. */
  readonly synced: Promise<void>;
  readonly isSynced: boolean;
  /** The highest resourceVersion seen, as a number. */
  readonly revision: number;
  get(key: ObjectKey): T | undefined;
  /** All objects, or those of one namespace. */
  list(namespace?: string): readonly T[];
  /** Calls `listener` at every change from now on; objects already there are replayed first as new. Returns the way to stop. */
  onChange(listener: (change: CacheChange<T>) => void): () => void;
}

/**
 * The API as one named actor uses it: `ResourceApi` plus caches and the two guarded writes that reconcilers need.
 * Caches are shared per kind and options and live until the client is closed.
 */
export interface Client extends ResourceApi, AsyncDisposable {
  cache<T extends KubeObject>(kind: KindRef<T>, options?: CacheOptions): Cache<T>;
  /**
   * Reads the object fresh, applies `change`, writes it with its resourceVersion, and tries again on a conflict (at most 5 times).
   * `change` returns undefined to leave it as it is. Rejects NotFound when the object is gone or when `uid` is given and differs.
   */
  modify<T extends KubeObject>(
    kind: KindRef<T>,
    key: ObjectKey & { readonly uid?: string },
    change: (current: T) => T | undefined,
    options?: WriteOptions & { readonly subresource?: 'status' },
  ): Promise<T>;
  /** Merge-patches `status` of exactly this object (by uid); a gone object is not an error and resolves undefined. */
  patchStatus<T extends KubeObject>(kind: KindRef<T>, object: T, status: unknown): Promise<T | undefined>;
}

/** The part of a client that reads: whoever only looks needs no more. */
export type ReadingClient = Pick<Client, 'cache' | 'get'>;

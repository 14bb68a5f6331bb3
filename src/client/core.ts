import type { KindRef, KubeObject, ObjectKey } from '../api/kube-object.js';
import type {
  DeleteOptions,
  ListOptions,
  ObjectList,
  PatchRequest,
  ResourceApi,
  Subresource,
  Watch,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../api/resource-api.js';
import { type CacheDeps, ListWatchCache, type OpenCache } from './cache.js';
import type { Cache, CacheOptions, Client } from './client.js';
import { type ModifyOptions, modify, patchStatus } from './guarded-writes.js';

/** The client over any ResourceApi: it adds caches and guarded writes. */
export class CoreClient implements Client {
  readonly #api: ResourceApi;
  readonly #deps: CacheDeps;
  readonly #caches = new Map<string, OpenCache>();

  constructor(deps: CacheDeps) {
    this.#deps = deps;
    this.#api = deps.api;
  }

  get<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey, subresource?: Subresource): Promise<T> {
    return this.#api.get(kind, key, subresource);
  }

  list<T extends KubeObject>(
    kind: KindRef<T>,
    namespace: string | undefined,
    options?: ListOptions,
  ): Promise<ObjectList<T>> {
    return this.#api.list(kind, namespace, options);
  }

  create<T extends KubeObject>(kind: KindRef<T>, object: T, options?: WriteOptions): Promise<T> {
    return this.#api.create(kind, object, options);
  }

  createSub(...args: Parameters<ResourceApi['createSub']>): Promise<KubeObject> {
    return this.#api.createSub(...args);
  }

  update<T extends KubeObject>(kind: KindRef<T>, object: T, options?: WriteOptions): Promise<T> {
    return this.#api.update(kind, object, options);
  }

  updateSub<T extends KubeObject>(
    kind: KindRef<T>,
    object: T,
    ...rest: [subresource: Subresource, options?: WriteOptions]
  ): Promise<T> {
    return this.#api.updateSub(kind, object, ...rest);
  }

  patch<T extends KubeObject>(
    kind: KindRef<T>,
    key: ObjectKey,
    ...rest: [patch: PatchRequest, options?: WriteOptions]
  ): Promise<T> {
    return this.#api.patch(kind, key, ...rest);
  }

  delete<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey, options?: DeleteOptions): Promise<T> {
    return this.#api.delete(kind, key, options);
  }

  deleteCollection(...args: Parameters<ResourceApi['deleteCollection']>): Promise<void> {
    return this.#api.deleteCollection(...args);
  }

  watch<T extends KubeObject>(
    kind: KindRef<T>,
    namespace: string | undefined,
    ...rest: [options: WatchOptions, listener: (event: WatchEvent<T>) => void]
  ): Watch {
    return this.#api.watch(kind, namespace, ...rest);
  }

  cache<T extends KubeObject>(kind: KindRef<T>, options: CacheOptions = {}): Cache<T> {
    const { namespace, labelSelector, fieldSelector } = options;
    const id = JSON.stringify([
      kind.group,
      kind.version,
      kind.plural,
      namespace,
      labelSelector,
      fieldSelector,
    ]);
    const kept = this.#caches.get(id);
    // Caches are filed under their kind, so the one found there is of the kind's type; the map cannot say that.
    if (kept !== undefined) return kept as ListWatchCache<T>;
    const made = new ListWatchCache(kind, options, this.#deps);
    this.#caches.set(id, made);
    return made;
  }

  modify<T extends KubeObject>(
    kind: KindRef<T>,
    key: ObjectKey & { readonly uid?: string },
    ...rest: [change: (current: T) => T | undefined, options?: ModifyOptions]
  ): Promise<T> {
    const [change, options] = rest;
    return modify(this.#api, kind, { key, change, options });
  }

  patchStatus<T extends KubeObject>(kind: KindRef<T>, object: T, status: unknown): Promise<T | undefined> {
    return patchStatus(this.#api, kind, { object, status });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cache of this.#caches.values()) cache[Symbol.dispose]();
    this.#caches.clear();
  }

  /** The caches that stand open, for a client that must keep them in step with its writes. */
  protected *cachesOf(kind: KindRef): Iterable<OpenCache> {
    const start = JSON.stringify([kind.group, kind.version, kind.plural]).slice(0, -1);
    for (const [id, cache] of this.#caches) if (id.startsWith(start)) yield cache;
  }
}

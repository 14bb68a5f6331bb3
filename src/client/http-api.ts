import { apiVersionOf, type KindRef, type KubeObject, type ObjectKey } from '../api/kube-object.js';
import { apiPath, type PathTarget } from '../api/paths.js';
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
import { deepFreeze } from '../lib/deep-freeze.js';
import { type HttpWatchDeps, startHttpWatch } from './http-watch.js';
import type { TransportRequest } from './transport.js';
import { isStatus } from './transport-errors.js';

/** What the API over HTTP needs; `afterWrite` holds a write's promise back until it resolves. */
export interface HttpApiDeps extends HttpWatchDeps {
  readonly afterWrite?: (kind: KindRef, written: Written) => Promise<void>;
}

/** The object as the server answered to a write. */
export interface Written {
  readonly object: KubeObject;
  readonly isDelete: boolean;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The Kubernetes API over HTTP, of Holdfast or of any other cluster. */
export class HttpResourceApi implements ResourceApi {
  readonly #deps: HttpApiDeps;

  constructor(deps: HttpApiDeps) {
    this.#deps = deps;
  }

  async get<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey, subresource?: Subresource): Promise<T> {
    return this.#call<T>({ method: 'GET', path: apiPath(kind, { ...key, subresource }) });
  }

  async list<T extends KubeObject>(
    kind: KindRef<T>,
    namespace: string | undefined,
    options: ListOptions = {},
  ): Promise<ObjectList<T>> {
    const path = withQuery(apiPath(kind, { namespace }), { ...options });
    const { body } = await this.#deps.transport.call({ method: 'GET', path });
    const list: ListBody<T> = JSON.parse(body);
    // Items of a list leave out what the list's own kind says.
    const items = (list.items ?? []).map((item) => deepFreeze({ ...typeMeta(kind), ...item }));
    const { resourceVersion = '', remainingItemCount } = list.metadata;
    return { items, resourceVersion, continue: list.metadata.continue || undefined, remainingItemCount };
  }

  async create<T extends KubeObject>(kind: KindRef<T>, object: T, options?: WriteOptions): Promise<T> {
    const target = { namespace: object.metadata?.namespace };
    return this.#write<T>(kind, { method: 'POST', target, body: { ...typeMeta(kind), ...object }, options });
  }

  async createSub(
    kind: KindRef,
    key: ObjectKey,
    ...[subresource, body, options]: [Subresource, KubeObject, WriteOptions?]
  ): Promise<KubeObject> {
    return this.#write(kind, { method: 'POST', target: { ...key, subresource }, body, options });
  }

  async update<T extends KubeObject>(kind: KindRef<T>, object: T, options?: WriteOptions): Promise<T> {
    return this.#write<T>(kind, {
      method: 'PUT',
      target: keyOfObject(object),
      body: { ...typeMeta(kind), ...object },
      options,
    });
  }

  async updateSub<T extends KubeObject>(
    kind: KindRef<T>,
    object: T,
    ...[subresource, options]: [Subresource, WriteOptions?]
  ): Promise<T> {
    const target = { ...keyOfObject(object), subresource };
    return this.#write<T>(kind, { method: 'PUT', target, body: { ...typeMeta(kind), ...object }, options });
  }

  async patch<T extends KubeObject>(
    kind: KindRef<T>,
    key: ObjectKey,
    ...[patch, options]: [PatchRequest, WriteOptions?]
  ): Promise<T> {
    const target = { ...key, subresource: patch.subresource };
    return this.#write<T>(kind, {
      method: 'PATCH',
      target,
      body: patch.body,
      contentType: patch.type,
      options,
    });
  }

  async delete<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey, options?: DeleteOptions): Promise<T> {
    const body = deleteBody(options);
    const answer = await this.#write<T>(kind, { method: 'DELETE', target: key, body, options });
    return answer;
  }

  async deleteCollection(
    kind: KindRef,
    namespace: string | undefined,
    ...[list, options]: [ListOptions?, DeleteOptions?]
  ): Promise<void> {
    const path = withQuery(apiPath(kind, { namespace }), { ...list });
    await this.#deps.transport.call({ method: 'DELETE', path, body: JSON.stringify(deleteBody(options)) });
  }

  watch<T extends KubeObject>(
    kind: KindRef<T>,
    namespace: string | undefined,
    ...[options, listener]: [WatchOptions, (event: WatchEvent<T>) => void]
  ): Watch {
    const initial = options.sendInitialEvents === undefined ? {} : { resourceVersionMatch: 'NotOlderThan' };
    const path = withQuery(apiPath(kind, { namespace }), { ...options, ...initial, watch: true });
    return startHttpWatch<T>(this.#deps, path, listener);
  }

  async #write<T extends KubeObject>(kind: KindRef<T>, write: HttpWrite): Promise<T> {
    const { method, target, options, contentType } = write;
    const path = withQuery(apiPath(kind, target), method === 'DELETE' ? {} : writeQuery(options));
    const answer = await this.#call<T>(
      { method, path, body: JSON.stringify(write.body), contentType },
      options,
    );
    const isDelete = method === 'DELETE';
    // A stock server answers the delete of an object that is gone at once with a Status that names it.
    const object = isStatus(answer) ? await this.#named<T>(kind, target) : answer;
    if (options?.dryRun !== true) await this.#deps.afterWrite?.(kind, { object, isDelete });
    return object;
  }

  async #named<T extends KubeObject>(kind: KindRef<T>, target: PathTarget): Promise<T> {
    const { name, namespace } = target;
    const named: T = JSON.parse(JSON.stringify({ ...typeMeta(kind), metadata: { name, namespace } }));
    return deepFreeze(named);
  }

  async #call<T>(request: TransportRequest, options?: WriteOptions): Promise<T> {
    const { body, warnings } = await this.#deps.transport.call(request);
    for (const warning of warnings) options?.onWarning?.(warning);
    const answer: T = JSON.parse(body);
    return deepFreeze(answer);
  }
}

interface HttpWrite {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly target: PathTarget;
  readonly body: unknown;
  readonly contentType?: string;
  readonly options: WriteOptions | undefined;
}

interface ListBody<T> {
  readonly items?: readonly T[] | null;
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

function typeMeta(kind: KindRef): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind };
}

function keyOfObject(object: KubeObject): PathTarget {
  return { namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' };
}

function writeQuery(options: WriteOptions = {}): Query {
  const { dryRun, fieldManager, fieldValidation, force } = options;
  return { dryRun: dryRun === true ? 'All' : undefined, fieldManager, fieldValidation, force };
}

function deleteBody(options: DeleteOptions = {}): unknown {
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun } = options;
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    gracePeriodSeconds,
    propagationPolicy,
    preconditions,
    dryRun: dryRun === true ? ['All'] : undefined,
  };
}

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, `${value}`);
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

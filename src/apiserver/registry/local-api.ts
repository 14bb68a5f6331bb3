import type { KindRef, KubeObject, ObjectKey } from '../../api/kube-object.js';
import type {
  DeleteOptions,
  ListOptions,
  LocalApi,
  ObjectList,
  PatchRequest,
  ResourceApi,
  Subresource,
  UserInfo,
  Watch,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../../api/resource-api.js';
import { badRequest, pathNotFound } from '../../api/status-error.js';
import { decode } from './codec.js';
import {
  createObject,
  createSubresource,
  deleteObject,
  deleteSelected,
  getObject,
  patchObject,
  putObject,
} from './operations.js';
import { listEntries } from './read.js';
import type { Registry, Write } from './registry.js';
import type { Resource } from './resources.js';
import { watchEntries } from './watch.js';

interface Act {
  readonly verb: string;
  readonly namespace: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** The last part of the user's name: `system:serviceaccount:kube-system:job-controller` writes as `job-controller`. */
function managerOf({ name }: UserInfo): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

function ignoreWarning(): void {}

/** The API of this process as one caller has it: what HTTP serves, without HTTP. */
class CallerApi implements ResourceApi {
  readonly #registry: Registry;
  readonly #user: UserInfo;

  constructor(registry: Registry, user: UserInfo) {
    this.#registry = registry;
    this.#user = user;
  }

  get<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey, subresource?: Subresource): Promise<T>;
  async get(kind: KindRef, key: ObjectKey, subresource?: Subresource): Promise<KubeObject> {
    const resource = this.#allowed(kind, { verb: 'get', ...key, namespace: key.namespace, subresource });
    return decode(getObject(this.#registry, { resource, key }, subresource));
  }

  list<T extends KubeObject>(
    kind: KindRef<T>,
    namespace: string | undefined,
    options?: ListOptions,
  ): Promise<ObjectList<T>>;
  async list(kind: KindRef, namespace: string | undefined, options?: ListOptions): Promise<ObjectList> {
    const resource = this.#allowed(kind, { verb: 'list', namespace });
    const { entries, revision, ...rest } = listEntries(this.#registry, { resource, namespace }, options);
    return { items: entries.map((entry) => decode(entry)), resourceVersion: String(revision), ...rest };
  }

  create<T extends KubeObject>(kind: KindRef<T>, object: T, options?: WriteOptions): Promise<T>;
  async create(kind: KindRef, object: KubeObject, options?: WriteOptions): Promise<KubeObject> {
    const resource = this.#allowed(kind, { verb: 'create', namespace: object.metadata?.namespace });
    return decode(await createObject(this.#write(options), resource, object));
  }

  async createSub(
    kind: KindRef,
    key: ObjectKey,
    ...rest: [Subresource, KubeObject, WriteOptions?]
  ): Promise<KubeObject> {
    const [subresource, body, options] = rest;
    const resource = this.#allowed(kind, {
      verb: 'create',
      namespace: key.namespace,
      name: key.name,
      subresource,
    });
    const target = { resource, key, subresource };
    return decode(await createSubresource(this.#write(options), target, body));
  }

  update<T extends KubeObject>(kind: KindRef<T>, object: T, options?: WriteOptions): Promise<T>;
  update(kind: KindRef, object: KubeObject, options?: WriteOptions): Promise<KubeObject> {
    return this.#update(kind, object, undefined, options);
  }

  updateSub<T extends KubeObject>(
    kind: KindRef<T>,
    object: T,
    ...rest: [Subresource, WriteOptions?]
  ): Promise<T>;
  updateSub(kind: KindRef, object: KubeObject, ...rest: [Subresource, WriteOptions?]): Promise<KubeObject> {
    return this.#update(kind, object, ...rest);
  }

  patch<T extends KubeObject>(
    kind: KindRef<T>,
    key: ObjectKey,
    ...rest: [PatchRequest, WriteOptions?]
  ): Promise<T>;
  async patch(kind: KindRef, key: ObjectKey, ...rest: [PatchRequest, WriteOptions?]): Promise<KubeObject> {
    const [patch, options] = rest;
    const { subresource } = patch;
    const resource = this.#allowed(kind, {
      verb: 'patch',
      namespace: key.namespace,
      name: key.name,
      subresource,
    });
    const { entry } = await patchObject(this.#write(options), { resource, key }, patch);
    return decode(entry);
  }

  delete<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey, options?: DeleteOptions): Promise<T>;
  async delete(kind: KindRef, key: ObjectKey, options: DeleteOptions = {}): Promise<KubeObject> {
    const resource = this.#allowed(kind, { verb: 'delete', namespace: key.namespace, name: key.name });
    const { entry } = await deleteObject(this.#write(options), { resource, key }, options);
    return decode(entry);
  }

  async deleteCollection(
    kind: KindRef,
    namespace: string | undefined,
    ...rest: [list?: ListOptions, options?: DeleteOptions]
  ): Promise<void> {
    const [list = {}, options = {}] = rest;
    const resource = this.#allowed(kind, { verb: 'deletecollection', namespace });
    await deleteSelected(this.#write(options), { resource, namespace, list }, options);
  }

  watch<T extends KubeObject>(
    kind: KindRef<T>,
    namespace: string | undefined,
    ...rest: [WatchOptions, (event: WatchEvent<T>) => void]
  ): Watch;
  watch(
    kind: KindRef,
    namespace: string | undefined,
    ...rest: [WatchOptions, (event: WatchEvent) => void]
  ): Watch {
    const [options, listener] = rest;
    const resource = this.#allowed(kind, { verb: 'watch', namespace });
    return watchEntries(this.#registry, { resource, namespace, options }, ({ type, entry }) =>
      listener({ type, object: decode(entry) }),
    );
  }

  async #update(
    kind: KindRef,
    object: KubeObject,
    ...rest: [Subresource | undefined, WriteOptions?]
  ): Promise<KubeObject> {
    const [subresource, options] = rest;
    const { namespace, name } = object.metadata ?? {};
    if (!name) throw badRequest(`update of a ${kind.kind} refused: metadata.name is not set`);
    const resource = this.#allowed(kind, { verb: 'update', namespace, name, subresource });
    const target = { resource, key: { namespace, name }, subresource };
    const { entry } = await putObject(this.#write(options), target, object);
    return decode(entry);
  }

  #allowed(kind: KindRef, { verb, namespace, name, subresource }: Act): Resource {
    const resource = this.#registry.resources.find(kind);
    if (resource === undefined) throw pathNotFound();
    const scope = resource.kind.namespaced ? namespace : undefined;
    this.#registry.authorizer.check(this.#user, {
      verb,
      kind: resource.kind,
      namespace: scope,
      name,
      subresource,
    });
    return resource;
  }

  #write(options: WriteOptions = {}): Write {
    return {
      registry: this.#registry,
      user: this.#user,
      dryRun: options.dryRun === true,
      manager: options.fieldManager ?? managerOf(this.#user),
      ...(options.force !== undefined && { force: options.force }),
      warn: options.onWarning ?? ignoreWarning,
    };
  }
}

/** The API of this process for any caller. */
export function createLocalApi(registry: Registry): LocalApi {
  return { as: (user) => new CallerApi(registry, user) };
}

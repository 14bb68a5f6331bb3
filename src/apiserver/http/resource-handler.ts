import { type KindRow, kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import type { Subresource } from '../../api/resource-api.js';
import {
  badRequest,
  methodNotSupported,
  pathNotFound,
  unsupportedMediaType,
} from '../../api/status-error.js';
import type { Entry } from '../../store/store.js';
import type { ApiServer } from '../api-server.js';
import { decode } from '../registry/codec.js';
import {
  createObject,
  createSubresource,
  deleteObject,
  deleteSelected,
  getObject,
  patchObject,
  type Target,
  updateObject,
} from '../registry/operations.js';
import { applyType, patchTypes } from '../registry/patch.js';
import { listEntries } from '../registry/read.js';
import type { Resource } from '../registry/resources.js';
import { contentType, readObject, readPatch } from './body.js';
import { type Exchange, send } from './exchange.js';
import { deleteOptions, listOptions, watchOptions, watchTimeoutMs } from './list-options.js';
import { negotiate } from './negotiate.js';
import { type IncludeObject, line, listBytes, reply, replyValue, shownBytes, type View } from './render.js';
import type { ResourcePath } from './request-info.js';
import { checkServed } from './served-verbs.js';
import { serveWatch } from './watch-stream.js';
import { checkPatchOptions, writeOf } from './write-options.js';

/** A request about resources that may be done. */
export interface ResourceRequest {
  readonly resource: Resource;
  readonly path: ResourcePath;
  readonly verb: string;
}

interface Handling extends ResourceRequest {
  readonly server: ApiServer;
  readonly exchange: Exchange;
}

type Handler = (handling: Handling) => Promise<void>;

const known: readonly Subresource[] = [
  'status',
  'scale',
  'binding',
  'eviction',
  'ephemeralcontainers',
  'resize',
  'token',
  'finalize',
];

function subresourceOf({ path }: Handling): Subresource | undefined {
  if (path.subresource === undefined) return undefined;
  const found = known.find((name) => name === path.subresource);
  if (found === undefined) throw pathNotFound();
  return found;
}

function targetOf({ resource, path }: Handling): Target & { readonly key: { readonly name: string } } {
  if (path.name === undefined) throw methodNotSupported(resource.kind, 'this verb without a name');
  return { resource, key: { namespace: path.namespace, name: path.name } };
}

function includeOf(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject') || 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  throw badRequest(
    `includeObject: Unsupported value: "${value}": supported values: "None", "Metadata", "Object"`,
  );
}

function viewOf({ exchange, server }: Handling): View {
  const wanted = negotiate(exchange.request.headers.accept);
  return { wanted, includeObject: includeOf(exchange.query), now: server.registry.clock.now() };
}

async function sendEntry(handling: Handling, code: number, entry: Entry): Promise<void> {
  const view = viewOf(handling);
  const bytes = line(shownBytes(handling, entry, view));
  await send(handling.exchange, await reply(code, bytes, view.wanted.format));
}

const get: Handler = (handling) =>
  sendEntry(handling, 200, getObject(handling.server.registry, targetOf(handling), subresourceOf(handling)));

const list: Handler = async (handling) => {
  const { server, resource, path, exchange } = handling;
  const view = viewOf(handling);
  const entries = listEntries(
    server.registry,
    { resource, namespace: path.namespace },
    listOptions(exchange.query),
  );
  await send(exchange, await reply(200, listBytes(resource, entries, view), view.wanted.format));
};

const watch: Handler = async (handling) => {
  const { server, resource, path, exchange } = handling;
  await serveWatch(exchange, server.registry, {
    resource,
    namespace: path.namespace,
    options: watchOptions(exchange.query, path.name),
    view: viewOf(handling),
    timeoutMs: watchTimeoutMs(exchange.query, server.registry.random),
  });
};

/** The namespace and name of the path hold for the body too. */
function placed(object: KubeObject, { namespace, name }: ResourcePath): KubeObject {
  const { namespace: said, name: named } = object.metadata ?? {};
  if (said && namespace !== undefined && said !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name !== undefined && named && named !== name) {
    throw badRequest(`the name of the object (${named}) does not match the name on the URL (${name})`);
  }
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
    },
  };
}

/** The kind that a body of this request is written in. */
function bodyKind({ resource, path }: Handling): Pick<KindRow, 'group' | 'version' | 'kind' | 'definition'> {
  if (path.subresource === undefined) return resource.kind;
  const row = resource.kind.subresources.find(({ name }) => name === path.subresource);
  if (row === undefined) throw pathNotFound();
  const module = row.group === '' ? 'core' : row.group.split('.', 1)[0];
  return {
    group: row.group,
    version: row.version,
    kind: row.kind,
    definition: `${module}-${row.version}.${row.kind}`,
  };
}

const create: Handler = async (handling) => {
  const { server, resource, path, exchange } = handling;
  const { object, write } = await readObject(server.registry, exchange, bodyKind(handling));
  const subresource = subresourceOf(handling);
  if (subresource === undefined) {
    if (path.name !== undefined) throw methodNotSupported(resource.kind, 'create');
    return sendEntry(handling, 201, await createObject(write, resource, placed(object, path)));
  }
  const target = { ...targetOf(handling), subresource };
  const made = await createSubresource(write, target, object);
  if (subresource === 'token') return sendEntry(handling, 201, made);
  await send(
    exchange,
    await replyValue(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }),
  );
};

const update: Handler = async (handling) => {
  const { server, path, exchange } = handling;
  const { object, write } = await readObject(server.registry, exchange, bodyKind(handling));
  const target = { ...targetOf(handling), subresource: subresourceOf(handling) };
  await sendEntry(handling, 200, await updateObject(write, target, placed(object, path)));
};

const patch: Handler = async (handling) => {
  const { server, exchange } = handling;
  const type = patchTypes.find((one) => one === contentType(exchange));
  if (type === undefined) throw unsupportedMediaType(patchTypes);
  checkPatchOptions(exchange, { apply: type === applyType });
  const request = { type, body: await readPatch(exchange), subresource: subresourceOf(handling) };
  const { entry, created } = await patchObject(
    writeOf(server.registry, exchange),
    targetOf(handling),
    request,
  );
  await sendEntry(handling, created ? 201 : 200, entry);
};

/** What Kubernetes answers when an object went at once. */
function gone(kind: KindRow, entry: Entry): object {
  const { name, uid } = decode(entry).metadata ?? {};
  const details = { name, ...(kind.group !== '' && { group: kind.group }), kind: kind.plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** Kinds whose deletion answers with the object even when it is gone. */
const answersObject = new Set<string>([
  kinds.Pod.kind,
  kinds.Service.kind,
  kinds.PersistentVolume.kind,
  kinds.PersistentVolumeClaim.kind,
]);

const remove: Handler = async (handling) => {
  const { server, resource, exchange } = handling;
  const options = await deleteOptions(exchange);
  const write = { ...writeOf(server.registry, exchange), ...(options.dryRun === true && { dryRun: true }) };
  const { entry, gone: isGone } = await deleteObject(write, targetOf(handling), options);
  const { kind } = resource;
  if (!isGone || (kind.group === '' && answersObject.has(kind.kind))) return sendEntry(handling, 200, entry);
  await send(exchange, await replyValue(200, gone(kind, entry), viewOf(handling).wanted.format));
};

const removeAll: Handler = async (handling) => {
  const { server, resource, path, exchange } = handling;
  const list = listOptions(exchange.query);
  const options = await deleteOptions(exchange);
  const write = { ...writeOf(server.registry, exchange), ...(options.dryRun === true && { dryRun: true }) };
  const target = { resource, namespace: path.namespace, list };
  const entries = await deleteSelected(write, target, options);
  const view = viewOf(handling);
  const shown = listBytes(resource, { entries, revision: server.registry.store.revision }, view);
  await send(exchange, await reply(200, shown, view.wanted.format));
};

const handlers: { readonly [verb: string]: Handler } = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeAll,
};

/** Does what a request about resources asks for. */
export function handleResource(
  server: ApiServer,
  exchange: Exchange,
  request: ResourceRequest,
): Promise<void> {
  checkServed(exchange, request);
  const handler = handlers[request.verb];
  if (handler === undefined) throw methodNotSupported(request.resource.kind, request.verb);
  return handler({ ...request, server, exchange });
}

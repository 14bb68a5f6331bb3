import type { KindRow } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { badRequest, pathNotFound, unsupportedMediaType } from '../../api/status-error.js';
import type { ApiServer } from '../api-server.js';
import {
  createObject,
  createSubresource,
  getObject,
  patchObject,
  putObject,
} from '../registry/operations.js';
import { applyType, patchTypes } from '../registry/patch.js';
import { listEntries, refuseFuture, revisionOf } from '../registry/read.js';
import { checkVerb } from './allowed-verbs.js';
import { contentType, readObject, readPatch } from './body.js';
import { remove, removeAll } from './delete-handlers.js';
import { type Exchange, send } from './exchange.js';
import {
  type Handler,
  type Handling,
  type ResourceRequest,
  sendEntry,
  subresourceOf,
  targetOf,
  viewOf,
} from './handling.js';
import { listOptions, watchOptions, watchTimeoutMs } from './list-options.js';
import { text } from './query.js';
import { listBytes, reply, replyValue } from './render.js';
import type { ResourcePath } from './request-info.js';
import { serveWatch } from './watch-stream.js';
import { checkPatchOptions, writeOf } from './write-options.js';

const get: Handler = (handling) => {
  const { registry } = handling.server;
  const asked = revisionOf(text(handling.exchange.query, 'resourceVersion'));
  if (asked !== undefined) refuseFuture(registry, asked);
  return sendEntry(handling, 200, getObject(registry, targetOf(handling), subresourceOf(handling)));
};

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

/** The namespace of the path holds for the body too. */
function inNamespace(object: KubeObject, { namespace }: ResourcePath): KubeObject {
  if (namespace === undefined) return object;
  const said = object.metadata?.namespace;
  if (said && said !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** An object that replaces the one at a path has to be of its name. */
function named(object: KubeObject, { name = '', namespace }: ResourcePath): KubeObject {
  const { name: said, namespace: in_ } = object.metadata ?? {};
  if (!said)
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  if (said !== name)
    throw badRequest(`the name of the object (${said}) does not match the name on the URL (${name})`);
  if (namespace !== undefined && in_ && in_ !== namespace)
    throw badRequest(
      `the namespace of the object (${in_}) does not match the namespace on the request (${namespace})`,
    );
  return namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } };
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
    const made = await createObject(write, resource, inNamespace(object, path));
    return sendEntry(handling, 201, made);
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
  const { entry, created } = await putObject(write, target, named(object, path));
  await sendEntry(handling, created ? 201 : 200, entry);
};

const patch: Handler = async (handling) => {
  const { server, exchange } = handling;
  const type = patchTypes.find((one) => one === contentType(exchange));
  if (type === undefined) throw unsupportedMediaType(patchTypes);
  checkPatchOptions(exchange, { apply: type === applyType });
  const { value: body, duplicates } = await readPatch(exchange);
  const request = { type, body, duplicates, subresource: subresourceOf(handling) };
  const { entry, created } = await patchObject(
    writeOf(server.registry, exchange),
    targetOf(handling),
    request,
  );
  await sendEntry(handling, created ? 201 : 200, entry);
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
export async function handleResource(
  server: ApiServer,
  exchange: Exchange,
  request: ResourceRequest,
): Promise<void> {
  checkVerb(request, exchange);
  await handlers[request.verb]?.({ ...request, server, exchange });
}

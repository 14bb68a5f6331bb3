import { unservedWhy, unwritableWhy } from '../../api/kinds/unserved.js';
import { badRequest, methodNotAllowed, notImplemented, pathNotFound } from '../../api/status-error.js';
import type { Exchange } from './exchange.js';
import type { ResourceRequest } from './handling.js';

const ofCollection: readonly string[] = ['list', 'watch', 'create', 'deletecollection'];
const ofEverywhere: readonly string[] = ['list', 'watch'];
const ofObject: readonly string[] = ['get', 'update', 'patch', 'delete'];

const reading: ReadonlySet<string> = new Set(['get', 'list', 'watch']);

/** Subresources that are streams: they begin as HTTP and become something else. */
const upgraded = new Set(['exec', 'attach', 'portforward']);

const methods: ReadonlyMap<string, string> = new Map([
  ['get', 'GET'],
  ['list', 'GET'],
  ['watch', 'GET'],
  ['create', 'POST'],
  ['update', 'PUT'],
  ['patch', 'PATCH'],
  ['delete', 'DELETE'],
  ['deletecollection', 'DELETE'],
]);

function verbsAt({ resource, path }: ResourceRequest): readonly string[] {
  const { kind } = resource;
  const { name, namespace, subresource, watched } = path;
  if (subresource !== undefined) {
    const why = unservedWhy(kind, subresource);
    if (why !== undefined) throw notImplemented(why);
    const row = kind.subresources.find((sub) => sub.name === subresource);
    if (row === undefined || path.rest.length > 0 || watched) throw pathNotFound();
    return row.verbs;
  }
  const verbs: readonly string[] = kind.verbs;
  if (watched) return verbs.filter((verb) => verb === 'watch');
  if (name !== undefined) return verbs.filter((verb) => ofObject.includes(verb));
  const here = kind.namespaced && namespace === undefined ? ofEverywhere : ofCollection;
  return verbs.filter((verb) => here.includes(verb));
}

/**
 * Refuses what cannot be done at a path: 405 with the methods that can, as Kubernetes' routes do, and 501 for what is known and
 * not offered. Says when the kind itself is of the past.
 */
export function checkVerb(request: ResourceRequest, { method, response, warnings }: Exchange): void {
  const { deprecation } = request.resource.kind;
  if (deprecation !== undefined) warnings.push(deprecation);
  const verbs = verbsAt(request);
  const { verb, path } = request;
  if (verbs.includes(verb) && !(method === 'HEAD' && verb === 'watch')) {
    if (upgraded.has(path.subresource ?? '')) throw badRequest('Upgrade request required');
    return;
  }
  const why = reading.has(verb) ? undefined : unwritableWhy(request.resource.kind);
  if (why !== undefined) throw notImplemented(why);
  const allowed = new Set(verbs.map((one) => methods.get(one) ?? ''));
  response.setHeader('allow', [...allowed].join(', '));
  throw methodNotAllowed();
}

import { FieldSelectorError, parseFieldSelector } from '../../api/field-selector-text.js';
import { failure, pathNotFound } from '../../api/status-error.js';
import type { ApiServer } from '../api-server.js';
import type { ResourceAttributes } from '../auth/attributes.js';
import type { Resource } from '../registry/resources.js';
import type { Exchange } from './exchange.js';
import type { FixedPaths } from './fixed-paths.js';
import { serveLog } from './pod-log.js';
import { text } from './query.js';
import { type ResourcePath, resourcePath, verbOf } from './request-info.js';
import type { RequestLabels } from './request-metrics.js';
import { handleResource } from './resource-handler.js';

/** Where a request leads, and what it is counted under. */
export interface Route {
  readonly labels: RequestLabels;
  /** Watches and streams, which last as long as their client wants. */
  readonly longRunning: boolean;
  handle(): Promise<void>;
}

/** The one object that a list or a watch is about, so that rules with names hold for it; as Kubernetes has it. */
function selectedName(query: URLSearchParams): string | undefined {
  const selector = text(query, 'fieldSelector');
  if (selector === undefined) return undefined;
  try {
    const named = parseFieldSelector(selector).filter(({ field }) => field === 'metadata.name');
    const [only] = named;
    return named.length === 1 && only?.operator === '=' ? only.value || undefined : undefined;
  } catch (error) {
    // What is wrong with it is said by whoever reads the options.
    if (error instanceof FieldSelectorError) return undefined;
    throw error;
  }
}

/** Refuses who may not. */
export function authorizeResource(
  server: ApiServer,
  { user, query }: Pick<Exchange, 'user' | 'query'>,
  { resource, path, verb }: Found,
): void {
  const namespaced = resource.kind.namespaced;
  const attributes: ResourceAttributes = {
    verb,
    kind: resource.kind,
    subresource: path.subresource,
    // As for Kubernetes, a Namespace is inside itself.
    namespace: namespaced ? path.namespace : resource.kind.plural === 'namespaces' ? path.name : undefined,
    name: path.name ?? selectedName(query),
  };
  server.registry.authorizer.check(user, attributes);
}

function authorizePath(server: ApiServer, { user, path, method }: Exchange): void {
  if (server.registry.authorizer.allowsPath(user, { verb: method.toLowerCase(), path })) return;
  throw failure({
    code: 403,
    reason: 'Forbidden',
    message: `forbidden: User "${user.name}" cannot ${method.toLowerCase()} path "${path}"`,
    details: {},
  });
}

/** A path that names a resource, and the resource. */
export interface Found {
  readonly resource: Resource;
  readonly path: ResourcePath;
  readonly verb: string;
}

/** Finds the resource behind a path; undefined for paths that are not about objects. */
export function findResource(
  server: ApiServer,
  exchange: Pick<Exchange, 'path' | 'method' | 'query'>,
): Found | undefined {
  const path = resourcePath(exchange.path);
  if (path === undefined) return undefined;
  const resource = server.registry.resources.find(path);
  if (resource === undefined) throw pathNotFound();
  if (!resource.kind.namespaced && path.namespace !== undefined) throw pathNotFound();
  if (resource.kind.namespaced && path.namespace === undefined && path.name !== undefined)
    throw pathNotFound();
  return { resource, path, verb: verbOf(exchange.method, path, exchange.query) };
}

/** Finds out what a request is about. */
export function route(server: ApiServer, fixed: FixedPaths, exchange: Exchange): Route {
  const found = findResource(server, exchange);
  if (found === undefined) {
    const handle = async (): Promise<void> => {
      authorizePath(server, exchange);
      await fixed.handle(exchange);
    };
    return { labels: pathLabels(exchange), longRunning: false, handle };
  }
  const { resource, path, verb } = found;
  const log = path.subresource === 'log' && resource.kind.kind === 'Pod';
  const handle = async (): Promise<void> => {
    authorizeResource(server, exchange, found);
    await (log ? serveLog(server, exchange, path) : handleResource(server, exchange, found));
  };
  return { labels: resourceLabels(exchange, found), longRunning: verb === 'watch' || log, handle };
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A method that strangers made up is counted as one of its kind. */
function pathLabels({ method, path }: Exchange): RequestLabels {
  const known = path.split('/')[1] ?? '';
  const subresource = fixedRoots.has(known) ? `/${known}` : '';
  const verb = methods.has(method) ? method : 'OTHER';
  return { verb, group: '', version: '', resource: '', subresource, scope: '', dryRun: false };
}

const fixedRoots = new Set(['api', 'apis', 'healthz', 'livez', 'metrics', 'openapi', 'readyz', 'version']);

/** What a request about objects is counted under. */
export function resourceLabels(
  { query }: Pick<Exchange, 'query'>,
  { resource, path, verb }: Found,
): RequestLabels {
  const { group, version, plural, subresources } = resource.kind;
  const scope = path.name !== undefined ? 'resource' : path.namespace !== undefined ? 'namespace' : 'cluster';
  const subresource = subresources.find(({ name }) => name === path.subresource)?.name ?? '';
  const dryRun = query.getAll('dryRun').includes('All');
  return {
    verb: shownVerbs.get(verb) ?? 'OTHER',
    group,
    version,
    resource: plural,
    subresource,
    scope,
    dryRun,
  };
}

const shownVerbs: ReadonlyMap<string, string> = new Map([
  ['get', 'GET'],
  ['list', 'LIST'],
  ['watch', 'WATCH'],
  ['create', 'POST'],
  ['update', 'PUT'],
  ['patch', 'PATCH'],
  ['delete', 'DELETE'],
  ['deletecollection', 'DELETECOLLECTION'],
]);

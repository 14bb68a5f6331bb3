import { failure, pathNotFound } from '../../api/status-error.js';
import type { ApiServer } from '../api-server.js';
import type { ResourceAttributes } from '../auth/attributes.js';
import type { Resource } from '../registry/resources.js';
import type { Exchange } from './exchange.js';
import type { FixedPaths } from './fixed-paths.js';
import { serveLog } from './pod-log.js';
import { type ResourcePath, resourcePath, verbOf } from './request-info.js';
import { handleResource } from './resource-handler.js';

/** Where a request leads, and the label under which it is counted. */
export interface Route {
  readonly verb: string;
  readonly label: string;
  /** Watches and streams, which last as long as their client wants. */
  readonly longRunning: boolean;
  handle(): Promise<void>;
}

/** Refuses who may not. */
export function authorizeResource(
  server: ApiServer,
  { user }: Pick<Exchange, 'user'>,
  { resource, path, verb }: Found,
): void {
  const namespaced = resource.kind.namespaced;
  const attributes: ResourceAttributes = {
    verb,
    kind: resource.kind,
    subresource: path.subresource,
    // As for Kubernetes, a Namespace is inside itself.
    namespace: namespaced ? path.namespace : resource.kind.plural === 'namespaces' ? path.name : undefined,
    name: path.name,
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
    return { verb: exchange.method.toLowerCase(), label: '', longRunning: false, handle };
  }
  const { resource, path, verb } = found;
  const log = path.subresource === 'log' && resource.kind.kind === 'Pod';
  const label =
    path.subresource === undefined ? resource.kind.plural : `${resource.kind.plural}/${path.subresource}`;
  const handle = async (): Promise<void> => {
    authorizeResource(server, exchange, found);
    await (log ? serveLog(server, exchange, path) : handleResource(server, exchange, found));
  };
  return { verb, label, longRunning: verb === 'watch' || log, handle };
}

import type { Subresource } from '../../api/resource-api.js';
import { badRequest, methodNotAllowed, pathNotFound } from '../../api/status-error.js';
import type { Entry } from '../../store/store.js';
import type { ApiServer } from '../api-server.js';
import type { Target } from '../registry/operations.js';
import type { Resource } from '../registry/resources.js';
import { type Exchange, send } from './exchange.js';
import { negotiate } from './negotiate.js';
import { type IncludeObject, line, reply, shownBytes, type View } from './render.js';
import type { ResourcePath } from './request-info.js';

/** A request about resources that may be done. */
export interface ResourceRequest {
  readonly resource: Resource;
  readonly path: ResourcePath;
  readonly verb: string;
}

/** The same, with the way to answer it. */
export interface Handling extends ResourceRequest {
  readonly server: ApiServer;
  readonly exchange: Exchange;
}

/** Does what one verb asks for. */
export type Handler = (handling: Handling) => Promise<void>;

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

/** The subresource of a path; 404 for one that is none. */
export function subresourceOf({ path }: Pick<Handling, 'path'>): Subresource | undefined {
  if (path.subresource === undefined) return undefined;
  const found = known.find((name) => name === path.subresource);
  if (found === undefined) throw pathNotFound();
  return found;
}

/** The one object that a path names. */
export function targetOf({ resource, path }: Pick<Handling, 'resource' | 'path'>): Target {
  if (path.name === undefined) throw methodNotAllowed();
  return { resource, key: { namespace: path.namespace, name: path.name } };
}

function includeOf(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject') || 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  throw badRequest(
    `includeObject: Unsupported value: "${value}": supported values: "None", "Metadata", "Object"`,
  );
}

/** How the client wants the answer to be shown; 406 when it takes nothing that is offered. */
export function viewOf({ exchange, server }: Pick<Handling, 'exchange' | 'server'>): View {
  const wanted = negotiate(exchange.request.headers.accept);
  return { wanted, includeObject: includeOf(exchange.query), now: server.registry.clock.now() };
}

/** Answers with one object. */
export async function sendEntry(handling: Handling, code: number, entry: Entry): Promise<void> {
  const view = viewOf(handling);
  const bytes = line(shownBytes(handling, entry, view));
  await send(handling.exchange, await reply(code, bytes, view.wanted.format));
}

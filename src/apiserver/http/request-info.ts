import { badRequest } from '../../api/status-error.js';

/** What a path under `/api/v1` or `/apis/GROUP/VERSION` names. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly plural: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** What stands behind the subresource (proxy paths). */
  readonly rest: readonly string[];
}

function decoded(part: string): string {
  try {
    return part.includes('%') ? decodeURIComponent(part) : part;
  } catch (error) {
    throw badRequest(`the path segment ${part} is not percent-encoded properly`, error);
  }
}

/** Subresources of a Namespace itself; anything else below one is a kind. */
const ofNamespace = new Set(['status', 'finalize']);

/** Reads a path; undefined when it is not about resources (discovery, health, ...). */
export function resourcePath(path: string): ResourcePath | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  const core = parts[0] === 'api';
  if (!core && parts[0] !== 'apis') return undefined;
  const group = core ? '' : (parts[1] ?? '');
  const version = parts[core ? 1 : 2];
  const below = parts.slice(core ? 2 : 3);
  const [first, second, third] = below;
  if (version === undefined || first === undefined) return undefined;
  const inside =
    first === 'namespaces' && second !== undefined && third !== undefined && !ofNamespace.has(third);
  const [plural = '', name, subresource, ...rest] = inside ? below.slice(2) : below;
  return { group, version, namespace: inside ? second : undefined, plural, name, subresource, rest };
}

const verbs: { readonly [method: string]: string } = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/** Whether a flag of the query is set. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value === '1' || value === 'true' || value === '';
}

/** The verb that rules speak of. */
export function verbOf(method: string, target: ResourcePath, query: URLSearchParams): string {
  const collection = target.name === undefined;
  if (method === 'GET' || method === 'HEAD') {
    if (flag(query, 'watch') && target.subresource === undefined) return 'watch';
    return collection ? 'list' : 'get';
  }
  if (method === 'DELETE') return collection ? 'deletecollection' : 'delete';
  return verbs[method] ?? method.toLowerCase();
}

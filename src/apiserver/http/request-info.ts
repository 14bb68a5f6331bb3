import { badRequest } from '../../api/status-error.js';
import { flag } from './query.js';

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
  /** The old way to ask for a watch: `/api/v1/watch/...`. */
  readonly watched?: true;
}

function decoded(part: string): string {
  try {
    return part.includes('%') ? decodeURIComponent(part) : part;
  } catch (error) {
    throw badRequest(`the path segment ${part} is not percent-encoded properly`, error);
  }
}

/** As Kubernetes has it, no object can have such a name, and nothing below may take one for a step to elsewhere. */
function checkName(name: string | undefined): void {
  if (name === undefined) return;
  const wrong: string[] = [];
  if (name === '.' || name === '..') wrong.push(`may not be '${name}'`);
  for (const sign of ['/', '%']) if (name.includes(sign)) wrong.push(`may not contain '${sign}'`);
  if (wrong.length > 0)
    throw badRequest(`Name parameter invalid: ${JSON.stringify(name)}: ${wrong.join(';')}`);
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
  const whole = parts.slice(core ? 2 : 3);
  const watched = whole[0] === 'watch';
  const below = watched ? whole.slice(1) : whole;
  const [first, second, third] = below;
  if (version === undefined || first === undefined) return undefined;
  const inside =
    first === 'namespaces' && second !== undefined && third !== undefined && !ofNamespace.has(third);
  const [plural = '', name, subresource, ...rest] = inside ? below.slice(2) : below;
  const namespace = inside ? second : undefined;
  checkName(namespace);
  checkName(name);
  return {
    group,
    version,
    namespace,
    plural,
    name,
    subresource,
    rest,
    ...(watched && { watched }),
  };
}

const verbs: { readonly [method: string]: string } = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/** The verb that rules speak of. */
export function verbOf(method: string, target: ResourcePath, query: URLSearchParams): string {
  const collection = target.name === undefined;
  if (method === 'GET' || method === 'HEAD') {
    if (target.watched) return 'watch';
    if (!collection) return 'get';
    return flag(query, 'watch') ? 'watch' : 'list';
  }
  if (method === 'DELETE') return collection ? 'deletecollection' : 'delete';
  return verbs[method] ?? method.toLowerCase();
}

import { isObject } from '../../api/deep.js';
import type { DeleteOptions, ListOptions, WatchOptions } from '../../api/resource-api.js';
import { badRequest } from '../../api/status-error.js';
import type { Random } from '../../lib/random.js';
import { readDocument } from './body.js';
import type { Exchange } from './exchange.js';
import { flag } from './request-info.js';

/** A watch without a time of its own ends after between this and twice this, in milliseconds. */
const minWatchMs = 30 * 60_000;

function text(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) || undefined;
}

function number(query: URLSearchParams, name: string): number | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(value))
    throw badRequest(`${name}: Invalid value: "${value}": must be a whole number`);
  return Number(value);
}

function match(query: URLSearchParams): ListOptions['resourceVersionMatch'] {
  const value = text(query, 'resourceVersionMatch');
  if (value === undefined || value === 'Exact' || value === 'NotOlderThan') return value;
  throw badRequest(
    `resourceVersionMatch: Unsupported value: "${value}": supported values: "Exact", "NotOlderThan"`,
  );
}

/** A path that names one object of a collection (`?watch` on an object) selects it by name. */
function fieldSelector(query: URLSearchParams, name: string | undefined): string | undefined {
  const given = text(query, 'fieldSelector');
  if (name === undefined) return given;
  return [given, `metadata.name=${name}`].filter(Boolean).join(',');
}

/** The options of a list. */
export function listOptions(query: URLSearchParams): ListOptions {
  return {
    labelSelector: text(query, 'labelSelector'),
    fieldSelector: text(query, 'fieldSelector'),
    limit: number(query, 'limit'),
    continue: text(query, 'continue'),
    resourceVersion: text(query, 'resourceVersion'),
    resourceVersionMatch: match(query),
  };
}

/** The options of a watch. */
export function watchOptions(query: URLSearchParams, name: string | undefined): WatchOptions {
  const initial = query.has('sendInitialEvents')
    ? { sendInitialEvents: flag(query, 'sendInitialEvents') }
    : {};
  return {
    labelSelector: text(query, 'labelSelector'),
    fieldSelector: fieldSelector(query, name),
    resourceVersion: text(query, 'resourceVersion'),
    allowWatchBookmarks: flag(query, 'allowWatchBookmarks') && query.has('allowWatchBookmarks'),
    ...initial,
  };
}

/** How long a watch may last, in milliseconds. */
export function watchTimeoutMs(query: URLSearchParams, random: Random): number {
  const seconds = number(query, 'timeoutSeconds');
  return seconds !== undefined && seconds > 0 ? seconds * 1000 : minWatchMs * (1 + random.next());
}

function policy(value: unknown): DeleteOptions['propagationPolicy'] {
  if (value === undefined || value === null || value === '') return undefined;
  if (value === 'Orphan' || value === 'Background' || value === 'Foreground') return value;
  throw badRequest(
    `propagationPolicy: Unsupported value: ${JSON.stringify(value)}: supported values: "Foreground", "Background", "Orphan"`,
  );
}

async function bodyOf(exchange: Exchange): Promise<{ readonly [key: string]: unknown }> {
  const { value } = await readDocument(exchange);
  if (value === undefined) return {};
  if (!isObject(value)) throw badRequest('the body of a delete has to be DeleteOptions');
  return value;
}

function preconditions(value: unknown): DeleteOptions['preconditions'] {
  if (!isObject(value)) return undefined;
  const { uid, resourceVersion } = value;
  return {
    ...(typeof uid === 'string' && { uid }),
    ...(typeof resourceVersion === 'string' && { resourceVersion }),
  };
}

function orphaned(value: unknown): DeleteOptions['propagationPolicy'] {
  if (value === true || value === 'true') return 'Orphan';
  return value === false || value === 'false' ? 'Background' : undefined;
}

/** The options of a delete, from its body or else from its query. */
export async function deleteOptions(exchange: Exchange): Promise<DeleteOptions> {
  const { query } = exchange;
  const body = await bodyOf(exchange);
  const seconds =
    typeof body['gracePeriodSeconds'] === 'number'
      ? body['gracePeriodSeconds']
      : number(query, 'gracePeriodSeconds');
  const asked = policy(body['propagationPolicy'] ?? query.get('propagationPolicy'));
  const dryRun = Array.isArray(body['dryRun']) && body['dryRun'].includes('All');
  return {
    ...(seconds !== undefined && { gracePeriodSeconds: seconds }),
    propagationPolicy: asked ?? orphaned(body['orphanDependents'] ?? query.get('orphanDependents')),
    preconditions: preconditions(body['preconditions']),
    ...(dryRun && { dryRun }),
  };
}

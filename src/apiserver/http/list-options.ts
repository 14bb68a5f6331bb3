import { forbidden } from '../../api/field-error.js';
import { checkListOptions, checkWatchOptions, type VersionOptions } from '../../api/list-rules.js';
import type { ListOptions, WatchOptions } from '../../api/resource-api.js';
import { invalid } from '../../api/status-error.js';
import type { Random } from '../../lib/random.js';
import { flag, integer, text } from './query.js';

/** A watch without a time of its own ends after between this and twice this, in milliseconds. */
const minWatchMs = 30 * 60_000;

function versionOptions(query: URLSearchParams): VersionOptions {
  return {
    resourceVersion: text(query, 'resourceVersion'),
    resourceVersionMatch: text(query, 'resourceVersionMatch'),
    continue: text(query, 'continue'),
    ...(query.has('sendInitialEvents') && { sendInitialEvents: flag(query, 'sendInitialEvents') }),
  };
}

/** A path that names one object to watch selects it by name. */
function fieldSelector(query: URLSearchParams, name: string | undefined): string | undefined {
  const given = text(query, 'fieldSelector');
  if (name === undefined) return given;
  return [given, `metadata.name=${name}`].filter(Boolean).join(',');
}

/** Refuses what would change the answer and is not done here: part of a list instead of the whole. */
function refuseShards(query: URLSearchParams): void {
  if (!query.get('shardSelector')) return;
  const error = forbidden('shardSelector', 'sharded lists and watches are not offered here');
  throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [error]);
}

/** The options of a list. */
export function listOptions(query: URLSearchParams): ListOptions {
  refuseShards(query);
  const { resourceVersionMatch, ...versions } = versionOptions(query);
  checkListOptions({ ...versions, resourceVersionMatch });
  return {
    labelSelector: text(query, 'labelSelector'),
    fieldSelector: text(query, 'fieldSelector'),
    limit: integer(query, 'limit'),
    continue: versions.continue,
    resourceVersion: versions.resourceVersion,
    ...(resourceVersionMatch === 'Exact' && { resourceVersionMatch }),
    ...(resourceVersionMatch === 'NotOlderThan' && { resourceVersionMatch }),
  };
}

/** The options of a watch; `name` is that of the one object that the path names. */
export function watchOptions(query: URLSearchParams, name: string | undefined): WatchOptions {
  refuseShards(query);
  const { resourceVersionMatch, sendInitialEvents, ...versions } = versionOptions(query);
  checkWatchOptions({ ...versions, sendInitialEvents, resourceVersionMatch });
  return {
    labelSelector: text(query, 'labelSelector'),
    fieldSelector: fieldSelector(query, name),
    resourceVersion: versions.resourceVersion,
    allowWatchBookmarks: flag(query, 'allowWatchBookmarks'),
    ...(sendInitialEvents !== undefined && { sendInitialEvents }),
    ...(resourceVersionMatch === 'NotOlderThan' && { resourceVersionMatch }),
  };
}

/** How long a watch may last, in milliseconds. */
export function watchTimeoutMs(query: URLSearchParams, random: Random): number {
  const seconds = integer(query, 'timeoutSeconds');
  return seconds !== undefined && seconds > 0 ? seconds * 1000 : minWatchMs * (1 + random.next());
}

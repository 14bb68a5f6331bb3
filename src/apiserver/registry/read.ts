import type { KubeObject } from '../../api/kube-object.js';
import type { ListOptions } from '../../api/resource-api.js';
import { badRequest, expired, failure, notFound } from '../../api/status-error.js';
import { type Entry, type RangePage, TooOldError } from '../../store/store.js';
import { decode, unstored } from './codec.js';
import { componentStatus, componentStatuses } from './component-status.js';
import type { Registry } from './registry.js';
import { keyOf, prefixOf, type Resource } from './resources.js';
import { type Selection, selectionOf } from './selection.js';

/** A page of stored versions and the revision that it shows. */
export interface EntryList {
  readonly entries: readonly Entry[];
  readonly revision: number;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** The objects of a resource: all, or those of one namespace. */
export interface Collection {
  readonly resource: Resource;
  readonly namespace: string | undefined;
}

/** How many keys are looked at in one go while a page with selectors is filled. */
const scanLimit = 500;

/** Reads one stored version; fails with 404 when there is none. */
export function getEntry(
  registry: Registry,
  resource: Resource,
  key: { namespace?: string | undefined; name: string },
): Entry {
  if (!resource.kind.stored) return componentStatus(registry, key.name);
  const entry = registry.store.get(keyOf(resource, key.namespace, key.name));
  if (entry === undefined) throw notFound(resource.kind, key.name);
  return served(resource, entry);
}

/** The version as this resource shows it: most are shown as they are stored. */
export function served(resource: Resource, entry: Entry): Entry {
  if (resource.conversion === undefined) return entry;
  return unstored(entry.key, resource.conversion.fromStored(decode(entry)), entry.revision);
}

interface Token {
  readonly revision: number;
  readonly startAfter: string;
}

function encodeToken(token: Token): string {
  return Buffer.from(JSON.stringify({ v: 1, rv: token.revision, start: token.startAfter })).toString(
    'base64url',
  );
}

function decodeToken(text: string): Token {
  try {
    const token: { rv?: unknown; start?: unknown } = JSON.parse(
      Buffer.from(text, 'base64url').toString('utf8'),
    );
    if (typeof token.rv === 'number' && typeof token.start === 'string')
      return { revision: token.rv, startAfter: token.start };
  } catch (error) {
    throw badRequest(`continue key is not valid: ${String(error)}`, error);
  }
  throw badRequest('continue key is not valid: it is not one that this server gave out');
}

/** The revision of a request as a number; undefined when it leaves that open. */
export function revisionOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '' || text === '0') return undefined;
  if (!/^\d{1,15}$/.test(text))
    throw badRequest(`Invalid value: "${text}": resourceVersion: invalid resource version "${text}"`);
  return Number(text);
}

/** A revision that the store has not reached cannot be shown; clients know this Status and try again. */
export function refuseFuture(registry: Registry, revision: number): void {
  if (revision <= registry.store.revision) return;
  throw failure({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${revision}, current: ${registry.store.revision}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
}

function startOf(
  registry: Registry,
  options: ListOptions,
): { readonly revision?: number; readonly startAfter?: string } {
  if (options.continue) {
    if (options.resourceVersion && options.resourceVersion !== '0') {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    return decodeToken(options.continue);
  }
  const asked = revisionOf(options.resourceVersion);
  if (options.resourceVersionMatch !== undefined && !options.resourceVersion) {
    throw badRequest('resourceVersionMatch is forbidden unless resourceVersion is provided');
  }
  if (asked === undefined) return {};
  refuseFuture(registry, asked);
  // As Kubernetes' legacy rule has it: a limit without a match means exactly this revision.
  const exact =
    options.resourceVersionMatch === 'Exact' || (options.limit && options.resourceVersionMatch === undefined);
  return exact ? { revision: asked } : {};
}

const continueExpired =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.';

function readPage(
  registry: Registry,
  prefix: string,
  options: Parameters<Registry['store']['range']>[1],
): RangePage {
  try {
    return registry.store.range(prefix, options);
  } catch (error) {
    if (!(error instanceof TooOldError)) throw error;
    throw expired(
      options?.startAfter ? continueExpired : `The resourceVersion for the provided list is too old.`,
    );
  }
}

interface Scan {
  readonly prefix: string;
  readonly limit: number;
  readonly revision?: number;
  readonly startAfter?: string;
}

/** One page of a list without selectors. */
function wholePage(registry: Registry, { prefix, limit, ...start }: Scan): EntryList {
  const { entries, revision, remaining } = readPage(registry, prefix, {
    ...(limit > 0 && { limit }),
    ...start,
  });
  const last = entries.at(-1);
  if (remaining === 0 || last === undefined) return { entries, revision };
  return {
    entries,
    revision,
    continue: encodeToken({ revision, startAfter: last.key }),
    remainingItemCount: remaining,
  };
}

/** Goes through keys in order until the page is full of what is selected. */
function selectedPage(registry: Registry, scan: Scan & { readonly selection: Selection }): EntryList {
  const { prefix, selection, limit, ...start } = scan;
  const selected: Entry[] = [];
  let { startAfter, revision } = start;
  for (;;) {
    const page = readPage(registry, prefix, { limit: Math.max(limit, scanLimit), startAfter, revision });
    revision ??= page.revision;
    for (const [index, entry] of page.entries.entries()) {
      startAfter = entry.key;
      if (!selection(decode(entry))) continue;
      selected.push(entry);
      const left = page.remaining + page.entries.length - index - 1;
      if (selected.length === limit && left > 0) {
        return { entries: selected, revision, continue: encodeToken({ revision, startAfter }) };
      }
    }
    if (page.remaining === 0) return { entries: selected, revision };
  }
}

/** Lists stored versions by Kubernetes' rules for limit, continue, resourceVersion and selectors. */
export function listEntries(
  registry: Registry,
  { resource, namespace }: Collection,
  options: ListOptions = {},
): EntryList {
  if (!resource.kind.stored) {
    return { entries: componentStatuses(registry, options), revision: registry.store.revision };
  }
  const selectors = selectionOf(resource, options);
  const convert = resource.conversion;
  const selection =
    selectors === undefined || convert === undefined
      ? selectors
      : (object: KubeObject): boolean => selectors(convert.fromStored(object));
  const limit = Math.max(0, options.limit ?? 0);
  const scan = { prefix: prefixOf(resource, namespace), limit, ...startOf(registry, options) };
  const list =
    selection === undefined ? wholePage(registry, scan) : selectedPage(registry, { ...scan, selection });
  return convert === undefined
    ? list
    : { ...list, entries: list.entries.map((entry) => served(resource, entry)) };
}

import type { KubeObject } from '../../api/kube-object.js';
import { checkListOptions } from '../../api/list-rules.js';
import type { ListOptions } from '../../api/resource-api.js';
import { badRequest, expired, failure, notFound, StatusError } from '../../api/status-error.js';
import { type Entry, type RangePage, TooOldError } from '../../store/store.js';
import { decode, unstored } from './codec.js';
import { componentStatus, componentStatuses, isComponentStatus } from './component-status.js';
import { decodeToken, encodeToken } from './continue-token.js';
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
  if (isComponentStatus(resource.kind)) return componentStatus(registry, key.name);
  const entry = registry.store.get(keyOf(resource, key.namespace, key.name));
  if (entry === undefined) throw notFound(resource.kind, key.name);
  return served(resource, entry);
}

/** The version as this resource shows it: most are shown as they are stored. */
export function served(resource: Resource, entry: Entry): Entry {
  if (resource.conversion === undefined) return entry;
  return unstored(entry.key, resource.conversion.fromStored(decode(entry)), entry.revision);
}

/** The revision of a request as a number; undefined when it leaves that open. */
export function revisionOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '' || text === '0') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw badRequest(
    `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`,
  );
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

interface Start {
  readonly revision?: number;
  readonly startAfter?: string;
}

function startOf(registry: Registry, prefix: string, options: ListOptions): Start {
  if (options.continue) {
    const { revision, startAfter } = decodeToken(options.continue);
    if (options.resourceVersion && options.resourceVersion !== '0')
      throw badRequest('specifying resource version is not allowed when using continue');
    return { startAfter: `${prefix}${startAfter}`, ...(revision !== 'latest' && { revision }) };
  }
  const asked = revisionOf(options.resourceVersion);
  if (asked === undefined) return {};
  refuseFuture(registry, asked);
  // As Kubernetes' legacy rule has it: a limit without a match means exactly this revision.
  const exact =
    options.resourceVersionMatch === 'Exact' || (options.limit && options.resourceVersionMatch === undefined);
  return exact ? { revision: asked } : {};
}

const continueExpired =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** 410; who was in the middle of a list gets a token with which to go on at the present revision. */
function tooOld({ prefix, startAfter }: Scan): StatusError {
  if (startAfter === undefined) return expired('The resourceVersion for the provided list is too old.');
  const { status } = expired(continueExpired);
  const next = encodeToken({ revision: 'latest', startAfter: startAfter.slice(prefix.length) });
  return new StatusError({ ...status, metadata: { continue: next } });
}

function readPage(registry: Registry, scan: Scan, limit: number | undefined): RangePage {
  const { prefix, startAfter, revision } = scan;
  try {
    return registry.store.range(prefix, { limit, startAfter, revision });
  } catch (error) {
    throw error instanceof TooOldError ? tooOld(scan) : error;
  }
}

interface Scan extends Start {
  readonly prefix: string;
  readonly limit: number;
}

function tokenAfter({ prefix }: Scan, revision: number, key: string): string {
  return encodeToken({ revision, startAfter: key.slice(prefix.length) });
}

/** One page of a list without selectors. */
function wholePage(registry: Registry, scan: Scan): EntryList {
  const { entries, revision, remaining } = readPage(registry, scan, scan.limit || undefined);
  const last = entries.at(-1);
  if (remaining === 0 || last === undefined) return { entries, revision };
  return {
    entries,
    revision,
    continue: tokenAfter(scan, revision, last.key),
    remainingItemCount: remaining,
  };
}

/** Goes through keys in order until the page is full of what is selected. */
function selectedPage(registry: Registry, scan: Scan & { readonly selection: Selection }): EntryList {
  const { selection, limit } = scan;
  const selected: Entry[] = [];
  let { startAfter, revision } = scan;
  for (;;) {
    const page = readPage(registry, { ...scan, startAfter, revision }, Math.max(limit, scanLimit));
    revision ??= page.revision;
    for (const [index, entry] of page.entries.entries()) {
      startAfter = entry.key;
      if (!selection(decode(entry))) continue;
      selected.push(entry);
      const left = page.remaining + page.entries.length - index - 1;
      if (selected.length === limit && left > 0) {
        return { entries: selected, revision, continue: tokenAfter(scan, revision, startAfter) };
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
  if (isComponentStatus(resource.kind)) {
    return { entries: componentStatuses(registry, options), revision: registry.store.revision };
  }
  checkListOptions(options);
  const selectors = selectionOf(resource, options);
  const convert = resource.conversion;
  const selection =
    selectors === undefined || convert === undefined
      ? selectors
      : (object: KubeObject): boolean => selectors(convert.fromStored(object));
  const limit = Math.max(0, options.limit ?? 0);
  const prefix = prefixOf(resource, namespace);
  const scan = { prefix, limit, ...startOf(registry, prefix, options) };
  const list =
    selection === undefined ? wholePage(registry, scan) : selectedPage(registry, { ...scan, selection });
  return convert === undefined
    ? list
    : { ...list, entries: list.entries.map((entry) => served(resource, entry)) };
}

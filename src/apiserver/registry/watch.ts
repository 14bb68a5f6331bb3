import type { KubeObject } from '../../api/kube-object.js';
import { checkWatchOptions } from '../../api/list-rules.js';
import type { Watch, WatchEvent, WatchOptions } from '../../api/resource-api.js';
import { expired, StatusError } from '../../api/status-error.js';
import { deferred } from '../../lib/deferred.js';
import { type Change, type Entry, TooOldError } from '../../store/store.js';
import { decode, unstored, withRevision } from './codec.js';
import { type Collection, listEntries, refuseFuture, revisionOf, served } from './read.js';
import type { Registry } from './registry.js';
import { prefixOf, type Resource } from './resources.js';
import { type Selection, selectionOf } from './selection.js';

/** Marks the bookmark after which a watch that began with the present state is in the live part. */
const initialEventsEnd = 'k8s.io/initial-events-end';

/** One event with the version's bytes, so that it is sent without being serialized again. */
export interface EntryEvent {
  readonly type: WatchEvent['type'];
  readonly entry: Entry;
}

/** A running watch and the revision up to which its listener has been told. */
export interface EntryWatch extends Watch {
  /** A bookmark at the present; undefined once the watch has ended. */
  bookmark(): EntryEvent | undefined;
}

/** What is watched, and from where. */
export interface WatchTarget extends Collection {
  readonly options: WatchOptions;
}

function bookmarkOf(resource: Resource, revision: number, annotations?: Record<string, string>): EntryEvent {
  const { kind } = resource;
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const metadata = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(annotations && { annotations }),
  };
  return {
    type: 'BOOKMARK',
    entry: unstored('', bookmarkObject({ kind: kind.kind, apiVersion, metadata }), revision),
  };
}

/** Go clients send and expect `creationTimestamp: null` here, which the type of stored objects does not allow. */
function bookmarkObject(object: { kind: string; apiVersion: string; metadata: object }): KubeObject {
  return object;
}

/** What a change means to one who selects: an object may come into view and leave it without being made or deleted. */
function eventOf(
  resource: Resource,
  change: Change,
  selection: Selection | undefined,
): EntryEvent | undefined {
  const now = change.entry === undefined ? undefined : served(resource, change.entry);
  const before = change.previous === undefined ? undefined : served(resource, change.previous);
  const seen = before !== undefined && (selection === undefined || selection(decode(before)));
  if (now === undefined) return seen ? { type: 'DELETED', entry: before } : undefined;
  const shown = selection === undefined || selection(decode(now));
  if (shown) return { type: seen ? 'MODIFIED' : 'ADDED', entry: now };
  if (!seen) return undefined;
  return {
    type: 'DELETED',
    entry: unstored(before.key, withRevision(decode(before), change.revision), change.revision),
  };
}

/** Where the live part begins, and what is told before it. */
function beginning(registry: Registry, { resource, namespace }: Collection, options: WatchOptions) {
  const asked = revisionOf(options.resourceVersion);
  if (asked !== undefined) refuseFuture(registry, asked);
  const replay = options.sendInitialEvents ?? asked === undefined;
  if (!replay) return { from: asked ?? registry.store.revision, initial: [] };
  const { labelSelector, fieldSelector } = options;
  const list = listEntries(registry, { resource, namespace }, { labelSelector, fieldSelector });
  const initial = list.entries.map((entry): EntryEvent => ({ type: 'ADDED', entry }));
  if (options.sendInitialEvents === true && options.allowWatchBookmarks === true) {
    initial.push(bookmarkOf(resource, list.revision, { [initialEventsEnd]: 'true' }));
  }
  return { from: list.revision, initial };
}

/**
 * Tells `listener` of every change, in the order of the store and before the writer learns that its write is done.
 * A revision that is compacted ends the watch with 410.
 */
export function watchEntries(
  registry: Registry,
  { resource, namespace, options }: WatchTarget,
  listener: (event: EntryEvent) => void,
): EntryWatch {
  checkWatchOptions(options);
  const selection = selectionOf(resource, options);
  const closed = deferred();
  const { from, initial } = beginning(registry, { resource, namespace }, options);
  let running = true;
  let stopStore = (): void => {};
  const stop = (): void => {
    running = false;
    stopStore();
    closed.resolve();
  };
  for (const event of initial) if (running) listener(event);
  const onChange = (change: Change): void => {
    if (!running) return;
    const event = eventOf(resource, change, selection);
    if (event !== undefined) listener(event);
  };
  try {
    const inner = running ? registry.store.watch(prefixOf(resource, namespace), from, onChange) : undefined;
    stopStore = () => inner?.stop();
    if (!running) stopStore();
  } catch (error) {
    running = false;
    closed.reject(watchFailure(error));
  }
  const bookmark = (): EntryEvent | undefined =>
    running ? bookmarkOf(resource, registry.store.revision) : undefined;
  // One who only stops a watch need not listen to how it ended.
  closed.promise.catch(() => {});
  return { stop, closed: closed.promise, bookmark };
}

function watchFailure(error: unknown): unknown {
  if (error instanceof StatusError) return error;
  if (!(error instanceof TooOldError)) return error;
  return expired(`too old resource version: ${error.requested} (${error.compacted})`);
}

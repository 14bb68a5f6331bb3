import { isList, isObject, type JsonObject, own } from '../deep.js';
import { isDirective } from './directives.js';
import type { StrategyLookup } from './lookup.js';
import { mergeDiff } from './merge-patch.js';
import { schemaLookup } from './schema-lookup.js';
import { diffParts } from './strategic-diff.js';
import { sameElement } from './strategic-list.js';

interface Context {
  readonly lookup: StrategyLookup;
  readonly definition: string | undefined;
}

/** The three states that `kubectl apply` compares. */
export interface ThreeWay {
  /** What was applied last time (from the annotation); undefined when nothing was. */
  readonly lastApplied: JsonObject | undefined;
  /** What is to be applied now, with its annotation. */
  readonly modified: JsonObject;
  /** What the server has. */
  readonly current: JsonObject;
}

function joinLists(
  left: readonly unknown[],
  right: readonly unknown[],
  mergeKey: string | undefined,
  context: Context,
): unknown[] {
  let joined = [...left];
  for (const item of right) {
    const index = joined.findIndex((other) => sameElement(other, item, mergeKey));
    const old = joined[index];
    if (old === undefined) joined.push(item);
    else if (isObject(old) && isObject(item)) joined = joined.with(index, joinPatches(old, item, context));
  }
  return joined;
}

/** One patch that does what both do; where they differ the second wins. */
function joinPatches(first: JsonObject, second: JsonObject, context: Context): JsonObject {
  const joined: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const old = own(joined, key);
    const field = context.lookup(context.definition, isDirective(key) ? '' : key);
    const inner = { lookup: context.lookup, definition: field.definition };
    if (isObject(old) && isObject(value)) joined[key] = joinPatches(old, value, inner);
    else if (isList(old) && isList(value) && field.merge)
      joined[key] = joinLists(old, value, field.mergeKey, inner);
    else joined[key] = value;
  }
  return joined;
}

/**
 * The strategic merge patch that `kubectl apply` sends: what changed against the server, and what was applied last
 * time but is no longer wanted. `{}` means unchanged.
 */
export function threeWayPatch(
  states: ThreeWay,
  definition: string | undefined,
  lookup: StrategyLookup = schemaLookup,
): JsonObject {
  const { lastApplied, modified, current } = states;
  const changes = diffParts(current, modified, { deletions: false, definition, lookup });
  const deletions = diffParts(lastApplied ?? {}, modified, { changes: false, definition, lookup });
  return joinPatches(deletions, changes, { lookup, definition });
}

function onlyNulls(patch: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    const inner = isObject(value) ? onlyNulls(value) : value;
    if (inner === null || (isObject(inner) && Object.keys(inner).length > 0)) kept[key] = inner;
  }
  return kept;
}

function withoutNulls(patch: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    const inner = isObject(value) ? withoutNulls(value) : value;
    if (
      inner !== null &&
      !(
        isObject(inner) &&
        isObject(value) &&
        Object.keys(inner).length === 0 &&
        Object.keys(value).length > 0
      )
    ) {
      kept[key] = inner;
    }
  }
  return kept;
}

/** The same for kinds without a schema of ours (custom resources): an RFC 7396 merge patch. */
export function threeWayMergePatch({ lastApplied, modified, current }: ThreeWay): JsonObject {
  const changes = withoutNulls(mergeDiff(current, modified));
  const deletions = onlyNulls(mergeDiff(lastApplied ?? {}, modified));
  return joinPatches(deletions, changes, {
    lookup: () => ({ merge: false, replace: false, retainKeys: false }),
    definition: undefined,
  });
}

import { isList, isObject, type JsonObject, own } from '../deep.js';
import { deleteFrom, directive, isDirective, retainKeys, setOrder } from './directives.js';
import type { FieldStrategy, StrategyLookup } from './lookup.js';
import { PatchError } from './patch-error.js';
import { schemaLookup } from './schema-lookup.js';
import {
  expectList,
  isListOfObjects,
  mergeObjects,
  mergeScalars,
  orderList,
  sameElement,
} from './strategic-list.js';

interface Context {
  readonly lookup: StrategyLookup;
  readonly definition: string | undefined;
}

/** The patch as a value of its own: directives and nulls are gone. */
function clean(value: unknown): unknown {
  if (isList(value)) {
    return value
      .filter((item) => !(isObject(item) && item[directive] !== undefined && item[directive] !== 'merge'))
      .map(clean);
  }
  return isObject(value) ? cleanObject(value) : value;
}

function cleanObject(value: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (!isDirective(key) && field !== null) kept[key] = clean(field);
  }
  return kept;
}

function applyDirective(patch: JsonObject): JsonObject | undefined {
  const what = patch[directive];
  if (what === undefined || what === 'merge') return undefined;
  if (what === 'replace') return cleanObject(patch);
  if (what === 'delete') return {};
  throw new PatchError(400, `Unknown patch type found: ${String(what)}`);
}

function retain(original: JsonObject, patch: JsonObject): JsonObject {
  const wanted = patch[retainKeys];
  if (wanted === undefined) return original;
  const keep = new Set(expectList(wanted, retainKeys));
  for (const key of Object.keys(patch)) {
    if (!isDirective(key) && patch[key] !== null && !keep.has(key)) {
      throw new PatchError(400, 'patch has fields that are not in its $retainKeys list');
    }
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => keep.has(key)));
}

function mergeList(
  original: readonly unknown[],
  patch: readonly unknown[],
  field: FieldStrategy,
  context: Context,
): unknown[] {
  if (!isListOfObjects(patch)) return mergeScalars(original, patch);
  const { mergeKey } = field;
  if (mergeKey === undefined)
    throw new PatchError(400, 'cannot merge lists without merge key for a list of objects');
  const inner = { lookup: context.lookup, definition: field.definition };
  return mergeObjects(original, patch, {
    mergeKey,
    mergeElement: (left, right) => mergeMap(left, right, inner),
  });
}

/** What the object lacks is merged into nothing, so that the patch's directives hold there too. */
function mergeField(original: unknown, patch: unknown, field: FieldStrategy, context: Context): unknown {
  if (isObject(patch)) {
    if (field.replace) return cleanObject(patch);
    const inner = { lookup: context.lookup, definition: field.definition };
    return mergeMap(isObject(original) ? original : {}, patch, inner);
  }
  if (isList(patch) && field.merge) return mergeList(isList(original) ? original : [], patch, field, context);
  return clean(patch);
}

function removeScalars(merged: Record<string, unknown>, key: string, items: unknown): void {
  const name = key.slice(deleteFrom.length);
  const old = merged[name];
  const gone = expectList(items, key);
  if (isList(old))
    merged[name] = old.filter((item) => !gone.some((other) => sameElement(item, other, undefined)));
}

function applyOrders(
  merged: Record<string, unknown>,
  patch: JsonObject,
  original: JsonObject,
  context: Context,
): void {
  for (const [key, value] of Object.entries(patch)) {
    if (!key.startsWith(setOrder)) continue;
    const name = key.slice(setOrder.length);
    const list = merged[name];
    if (!isList(list)) continue;
    const old = original[name];
    const { mergeKey } = context.lookup(context.definition, name);
    merged[name] = orderList(list, {
      order: expectList(value, key),
      server: isList(old) ? old : [],
      mergeKey,
    });
  }
}

/** Merges a patch into an object by the strategies of its definition. */
function mergeMap(original: JsonObject, patch: JsonObject, context: Context): JsonObject {
  const directed = applyDirective(patch);
  if (directed !== undefined) return directed;
  const merged: Record<string, unknown> = { ...retain(original, patch) };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(deleteFrom)) removeScalars(merged, key, value);
    if (isDirective(key)) continue;
    if (value === null) delete merged[key];
    else merged[key] = mergeField(own(merged, key), value, context.lookup(context.definition, key), context);
  }
  applyOrders(merged, patch, original, context);
  return merged;
}

/**
 * Applies a strategic merge patch. `definition` is the schema's name of the object's type; throws `PatchError`.
 */
export function applyStrategicMergePatch(
  original: JsonObject,
  patch: unknown,
  definition: string | undefined,
  lookup: StrategyLookup = schemaLookup,
): JsonObject {
  if (!isObject(patch))
    throw new PatchError(400, 'error decoding patch: a strategic merge patch is an object');
  return mergeMap(original, patch, { lookup, definition });
}

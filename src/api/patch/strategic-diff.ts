import { deepEqual, isList, isObject, type JsonObject, own } from '../deep.js';
import { deleteFrom, directive, retainKeys, setOrder } from './directives.js';
import type { FieldStrategy, StrategyLookup } from './lookup.js';
import { schemaLookup } from './schema-lookup.js';
import { isListOfObjects, keyOfElement, sameElement } from './strategic-list.js';

/** Which half of the differences a diff reports. */
export interface DiffParts {
  readonly deletions: boolean;
  readonly changes: boolean;
}

interface Context extends DiffParts {
  readonly lookup: StrategyLookup;
  readonly definition: string | undefined;
}

type Patch = Record<string, unknown>;

function within(context: Context, field: FieldStrategy): Context {
  return { ...context, definition: field.definition };
}

function diffObjects(
  original: readonly JsonObject[],
  modified: readonly JsonObject[],
  field: FieldStrategy,
  context: Context,
): JsonObject[] {
  const mergeKey = field.mergeKey ?? '';
  const patch: JsonObject[] = [];
  for (const element of modified) {
    const key = keyOfElement(element, mergeKey);
    const old = original.find((other) => sameElement(other, element, mergeKey));
    if (old === undefined) {
      if (context.changes) patch.push(element);
      continue;
    }
    const difference = diffMap(old, element, within(context, field));
    if (Object.keys(difference).length > 0) patch.push({ ...difference, [mergeKey]: key });
  }
  if (!context.deletions) return patch;
  const gone = original.filter((element) => !modified.some((other) => sameElement(other, element, mergeKey)));
  return [
    ...patch,
    ...gone.map((element) => ({ [directive]: 'delete', [mergeKey]: keyOfElement(element, mergeKey) })),
  ];
}

function keysOf(list: readonly JsonObject[], mergeKey: string): JsonObject[] {
  return list.map((element) => ({ [mergeKey]: element[mergeKey] }));
}

function diffObjectList(patch: Patch, key: string, lists: Lists<JsonObject>, context: Context): void {
  const mergeKey = lists.field.mergeKey ?? '';
  const changes = diffObjects(lists.original, lists.modified, lists.field, context);
  const order = keysOf(lists.modified, mergeKey);
  if (changes.length > 0) patch[key] = changes;
  const moved = context.changes && isReordered(keysOf(lists.original, mergeKey), order);
  if (changes.length > 0 || moved) patch[setOrder + key] = order;
}

/** Elements that only one side has do not count: the server may have added its own. */
function isReordered(original: readonly unknown[], modified: readonly unknown[]): boolean {
  const within = (list: readonly unknown[]) => (item: unknown) =>
    list.some((other) => deepEqual(other, item));
  return !deepEqual(original.filter(within(modified)), modified.filter(within(original)));
}

interface Lists<T> {
  readonly original: readonly T[];
  readonly modified: readonly T[];
  readonly field: FieldStrategy;
}

function diffScalarList(
  patch: Patch,
  key: string,
  { original, modified }: Lists<unknown>,
  context: Context,
): void {
  const lacks = (list: readonly unknown[]) => (item: unknown) =>
    !list.some((other) => deepEqual(other, item));
  const added = context.changes ? modified.filter(lacks(original)) : [];
  const gone = context.deletions ? original.filter(lacks(modified)) : [];
  if (added.length > 0) patch[key] = added;
  if (gone.length > 0) patch[deleteFrom + key] = gone;
  const moved = context.changes && isReordered(original, modified);
  if (added.length > 0 || gone.length > 0 || moved) patch[setOrder + key] = modified;
}

function diffList(patch: Patch, key: string, lists: Lists<unknown>, context: Context): void {
  const { original, modified, field } = lists;
  if (original.length === 0 || modified.length === 0 || !field.merge) {
    diffWhole(patch, key, lists, context);
  } else if (isListOfObjects(original) && isListOfObjects(modified)) {
    if (field.mergeKey === undefined) diffWhole(patch, key, lists, context);
    else diffObjectList(patch, key, { original, modified, field }, context);
  } else diffScalarList(patch, key, lists, context);
}

/** Lists without a common element to merge by: everything old goes, everything new comes. */
function diffWhole(
  patch: Patch,
  key: string,
  { original, modified, field }: Lists<unknown>,
  context: Context,
): void {
  if (deepEqual(original, modified)) return;
  if (!field.merge || original.length === 0) {
    if (context.changes) patch[key] = modified;
    return;
  }
  if (!context.deletions) return;
  const { mergeKey } = field;
  if (mergeKey === undefined) patch[deleteFrom + key] = original;
  else
    patch[key] = original
      .filter(isObject)
      .map((item) => ({ [directive]: 'delete', [mergeKey]: item[mergeKey] }));
}

function diffInner(
  patch: Patch,
  key: string,
  pair: readonly [JsonObject, JsonObject],
  context: Context,
): void {
  const field = context.lookup(context.definition, key);
  const [original, modified] = pair;
  if (field.replace) {
    if (context.changes && !deepEqual(original, modified)) patch[key] = modified;
    return;
  }
  const difference = diffMap(original, modified, within(context, field));
  if (Object.keys(difference).length === 0) return;
  patch[key] = field.retainKeys ? { ...difference, [retainKeys]: Object.keys(modified).sort() } : difference;
}

function diffField(patch: Patch, key: string, pair: readonly [unknown, unknown], context: Context): void {
  const [original, modified] = pair;
  if (isObject(original) && isObject(modified)) diffInner(patch, key, [original, modified], context);
  else if (isList(original) && isList(modified)) {
    diffList(patch, key, { original, modified, field: context.lookup(context.definition, key) }, context);
  } else if (context.changes && !deepEqual(original, modified)) patch[key] = modified;
}

function diffMap(original: JsonObject, modified: JsonObject, context: Context): JsonObject {
  const patch: Patch = {};
  for (const key of Object.keys(original)) {
    if (own(modified, key) === undefined && context.deletions) patch[key] = null;
  }
  for (const [key, value] of Object.entries(modified)) {
    if (value === undefined) continue;
    const old = own(original, key);
    if (old !== undefined) diffField(patch, key, [old, value], context);
    else if (context.changes) patch[key] = value;
  }
  return patch;
}

/** One half (or both) of the strategic differences between two objects. */
export function diffParts(original: JsonObject, modified: JsonObject, options: DiffOptions): JsonObject {
  const { deletions = true, changes = true, definition, lookup = schemaLookup } = options;
  return diffMap(original, modified, { deletions, changes, definition, lookup });
}

/** What a diff needs to know; both halves are reported unless said otherwise. */
export interface DiffOptions extends Partial<DiffParts> {
  readonly definition: string | undefined;
  readonly lookup?: StrategyLookup;
}

/** The strategic merge patch that turns `original` into `modified`; `{}` when they are equal. */
export function strategicMergeDiff(
  original: JsonObject,
  modified: JsonObject,
  definition: string | undefined,
  lookup: StrategyLookup = schemaLookup,
): JsonObject {
  return diffParts(original, modified, { definition, lookup });
}

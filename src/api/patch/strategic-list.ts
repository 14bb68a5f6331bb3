import { deepEqual, isList, isObject, type JsonObject } from '../deep.js';
import { directive } from './directives.js';
import { PatchError } from './patch-error.js';

/** Reads the merge key of a list's element. */
export function keyOfElement(element: JsonObject, mergeKey: string): unknown {
  const key = element[mergeKey];
  if (key === undefined) {
    const shown = JSON.stringify(element);
    throw new PatchError(400, `map: ${shown} does not contain declared merge key: ${mergeKey}`);
  }
  return key;
}

/** True when all elements are objects. */
export function isListOfObjects(list: readonly unknown[]): list is readonly JsonObject[] {
  return list.length > 0 && list.every(isObject);
}

/** Two elements are the same: by their merge key, or as scalars. */
export function sameElement(a: unknown, b: unknown, mergeKey: string | undefined): boolean {
  if (mergeKey === undefined) return deepEqual(a, b);
  return isObject(a) && isObject(b) && a[mergeKey] !== undefined && deepEqual(a[mergeKey], b[mergeKey]);
}

/** Merges objects by key; `mergeElement` combines two of them. */
export interface ListMerge {
  readonly mergeKey: string;
  readonly mergeElement: (original: JsonObject, patch: JsonObject) => JsonObject;
}

/** Merges a list of objects, obeying `$patch: delete` and `$patch: replace` of its elements. */
export function mergeObjects(
  original: readonly unknown[],
  patch: readonly JsonObject[],
  how: ListMerge,
): unknown[] {
  const isReplace = (element: JsonObject): boolean => element[directive] === 'replace';
  if (patch.some(isReplace)) {
    return patch.filter((element) => !isReplace(element)).map((element) => how.mergeElement({}, element));
  }
  let merged = [...original];
  for (const element of patch) {
    const same = (other: unknown): boolean => sameElement(other, element, how.mergeKey);
    if (element[directive] === 'delete') {
      keyOfElement(element, how.mergeKey);
      merged = merged.filter((other) => !same(other));
      continue;
    }
    merged = mergeOne(merged, element, how);
  }
  return merged;
}

function mergeOne(list: readonly unknown[], element: JsonObject, how: ListMerge): unknown[] {
  keyOfElement(element, how.mergeKey);
  const index = list.findIndex((other) => sameElement(other, element, how.mergeKey));
  const old = list[index];
  if (!isObject(old)) return [...list, how.mergeElement({}, element)];
  return list.with(index, how.mergeElement(old, element));
}

/** Merges a list of scalars as a set: what is not there yet is appended. */
export function mergeScalars(original: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const merged: unknown[] = [];
  for (const item of [...original, ...patch]) {
    if (!merged.some((other) => deepEqual(other, item))) merged.push(item);
  }
  return merged;
}

function indexIn(order: readonly unknown[], item: unknown, mergeKey: string | undefined): number {
  return order.findIndex((other) => sameElement(other, item, mergeKey));
}

interface Ordering {
  readonly order: readonly unknown[];
  readonly server: readonly unknown[];
  readonly mergeKey: string | undefined;
}

/**
 * Orders a merged list: what the patch names stands in the patch's order; what only the server has keeps its place
 * relative to its old neighbours.
 */
export function orderList(merged: readonly unknown[], { order, server, mergeKey }: Ordering): unknown[] {
  const at = (item: unknown): number => indexIn(order, item, mergeKey);
  const named = merged.filter((item) => at(item) >= 0).sort((a, b) => at(a) - at(b));
  const rest = merged.filter((item) => at(item) < 0);
  const ordered: unknown[] = [];
  while (named.length > 0 || rest.length > 0) {
    const [left] = rest;
    const [right] = named;
    const takeRest = named.length === 0 || (rest.length > 0 && isBefore(server, [left, right], mergeKey));
    ordered.push(takeRest ? rest.shift() : named.shift());
  }
  return ordered;
}

function isBefore(
  server: readonly unknown[],
  pair: readonly [unknown, unknown],
  mergeKey: string | undefined,
): boolean {
  const left = indexIn(server, pair[0], mergeKey);
  const right = indexIn(server, pair[1], mergeKey);
  return left >= 0 && right >= 0 && left < right;
}

/** The value as a list; throws when a patch has something else there. */
export function expectList(value: unknown, key: string): readonly unknown[] {
  if (isList(value)) return value;
  throw new PatchError(400, `invalid patch: ${key} must be a list`);
}

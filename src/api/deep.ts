/** A JSON object of unknown shape. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for an array whose elements are of unknown shape. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The object's own field: keys such as `constructor` are data here, not what JavaScript inherits. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Compares JSON values; a field that is undefined counts as absent. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => deepEqual(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  return sameFields(a, b, deepEqual);
}

/** Whether all fields that either object has are the same; without a list of them, since this is asked all the time. */
function sameFields(a: JsonObject, b: JsonObject, same: (a: unknown, b: unknown) => boolean): boolean {
  for (const key in a) if (!same(a[key], own(b, key))) return false;
  for (const key in b) if (!Object.hasOwn(a, key) && !same(undefined, b[key])) return false;
  return true;
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (isList(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isBlank);
}

/**
 * Compares JSON values as Kubernetes' semantic equality does: null, absent, empty list and empty map are the same.
 */
export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => semanticEqual(item, b[index]));
  }
  if (isObject(a) && isObject(b)) return sameFields(a, b, semanticEqual);
  return isBlank(a) && isBlank(b);
}

/** Serializes JSON with sorted keys, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (isList(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${fields.join(',')}}`;
}

/** The object without some of its fields. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Omit<T, K> {
  const copy = { ...object };
  for (const key of keys) delete copy[key];
  return copy;
}

/** The value at a path of keys; undefined when any part of the way is missing. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isObject(current)) return undefined;
    current = own(current, key);
  }
  return current;
}

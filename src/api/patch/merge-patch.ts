import { deepEqual, isObject, type JsonObject, own } from '../deep.js';
import { PatchError } from './patch-error.js';

const forbiddenKey = '__proto__';

/** Applies an RFC 7396 patch to a value: null removes, objects merge, everything else replaces. */
export function mergeValue(original: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(original) ? { ...original } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key === forbiddenKey) throw new PatchError(400, `error decoding patch: key ${key} is not allowed`);
    if (value === null) delete merged[key];
    else merged[key] = mergeValue(own(merged, key), value);
  }
  return merged;
}

/** Applies an RFC 7396 merge patch to an object; throws `PatchError`. */
export function applyMergePatch(original: JsonObject, patch: unknown): JsonObject {
  const merged = isObject(patch) ? mergeValue(original, patch) : undefined;
  if (!isObject(merged)) throw new PatchError(400, 'error decoding patch: a merge patch is an object');
  return merged;
}

/** The RFC 7396 patch that turns `original` into `modified`; `{}` when they are equal. */
export function mergeDiff(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(original)) if (own(modified, key) === undefined) patch[key] = null;
  for (const [key, value] of Object.entries(modified)) {
    const old = own(original, key);
    if (value === undefined || deepEqual(old, value)) continue;
    patch[key] = isObject(old) && isObject(value) ? mergeDiff(old, value) : value;
  }
  return patch;
}

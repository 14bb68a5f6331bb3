import { isObject, type JsonObject } from '../deep.js';
import type { KindRef, KubeObject } from '../kube-object.js';
import type { PatchRequest } from '../resource-api.js';
import { badRequest, failure, type StatusError, unsupportedMediaType } from '../status-error.js';
import { applyJsonPatch } from './json-patch.js';
import { applyMergePatch } from './merge-patch.js';
import { PatchError } from './patch-error.js';
import { definitionOf } from './schema-lookup.js';
import { applyStrategicMergePatch } from './strategic-merge.js';
import { threeWayMergePatch, threeWayPatch } from './three-way.js';

/** The patch types that can be applied to an object alone; server-side apply needs the managed fields as well. */
export const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
] as const;

/** 422 in the words of Kubernetes: the patch was understood and does not fit the object. */
function unprocessable(error: PatchError): StatusError {
  return failure({
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: { causes: [{ reason: 'UnexpectedServerResponse', message: error.message }] },
    cause: error,
  });
}

function applyByType(kind: KindRef, current: JsonObject, request: PatchRequest): JsonObject {
  switch (request.type) {
    case 'application/json-patch+json':
      return applyJsonPatch(current, request.body);
    case 'application/merge-patch+json':
      return applyMergePatch(current, request.body);
    case 'application/strategic-merge-patch+json': {
      const definition = definitionOf(kind);
      if (definition === undefined) throw unsupportedMediaType(patchTypes.slice(0, 2));
      return applyStrategicMergePatch(current, request.body, definition);
    }
    default:
      throw unsupportedMediaType(patchTypes);
  }
}

/**
 * Applies a JSON, merge or strategic merge patch to an object of a kind and gives the new object, neither defaulted
 * nor validated. Throws a StatusError: 400 for a malformed patch, 415 for a type the kind cannot take, 422 for one
 * that does not fit.
 */
export function applyPatch(kind: KindRef, current: KubeObject, request: PatchRequest): KubeObject {
  try {
    return applyByType(kind, { ...current }, request);
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    throw error.code === 400 ? badRequest(error.message, error) : unprocessable(error);
  }
}

/** What `kubectl apply` compares: the manifest last applied, the one to apply (with its annotation), the live object. */
export interface ApplyStates {
  readonly lastApplied: KubeObject | undefined;
  readonly modified: KubeObject;
  readonly current: KubeObject;
}

function asJson(object: KubeObject): JsonObject {
  return isObject(object) ? object : {};
}

/**
 * The patch that `kubectl apply` would send, with its type: strategic for built-in kinds, else a merge patch. A body
 * of `{}` means unchanged. Annotate the manifest first with `withLastApplied`.
 */
export function applyPatch3way(kind: KindRef, states: ApplyStates): PatchRequest {
  const definition = definitionOf(kind);
  const input = {
    lastApplied: states.lastApplied && asJson(states.lastApplied),
    modified: asJson(states.modified),
    current: asJson(states.current),
  };
  if (definition === undefined)
    return { type: 'application/merge-patch+json', body: threeWayMergePatch(input) };
  return { type: 'application/strategic-merge-patch+json', body: threeWayPatch(input, definition) };
}

export { lastAppliedAnnotation, lastAppliedOf, withLastApplied } from './last-applied.js';
export { listStrategy } from './schema-lookup.js';
export { strategicMergeDiff } from './strategic-diff.js';

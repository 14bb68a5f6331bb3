import { isObject, type JsonObject } from '../../api/deep.js';
import { checkPatched } from '../../api/field-validation.js';
import type { KindRow } from '../../api/kinds.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import { applyJsonPatch } from '../../api/patch/json-patch.js';
import { applyMergePatch } from '../../api/patch/merge-patch.js';
import { PatchError } from '../../api/patch/patch-error.js';
import { applyStrategicMergePatch } from '../../api/patch/strategic-merge.js';
import type { PatchRequest } from '../../api/resource-api.js';
import { badRequest, failure, unsupportedMediaType } from '../../api/status-error.js';
import type { Entry } from '../../store/store.js';
import type { Write } from './registry.js';
import type { Resource } from './resources.js';
import { changeEntry, type Part } from './update.js';

/** The content types of patches that are taken. */
export const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
] as const;

function applyTo(kind: Pick<KindRow, 'definition'>, original: JsonObject, patch: PatchRequest): JsonObject {
  switch (patch.type) {
    case 'application/json-patch+json':
      return applyJsonPatch(original, patch.body);
    case 'application/merge-patch+json':
      return applyMergePatch(original, patch.body);
    case 'application/strategic-merge-patch+json':
      return applyStrategicMergePatch(original, patch.body, kind.definition);
    case 'application/apply-patch+yaml':
      throw serverSideApplyRefused();
    default:
      throw unsupportedMediaType(patchTypes);
  }
}

function serverSideApplyRefused(): Error {
  return failure({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `server-side apply (application/apply-patch+yaml) is not offered here; use client-side apply (kubectl apply without --server-side) or one of: ${patchTypes.join(', ')}`,
  });
}

function patchFailure(error: unknown): unknown {
  if (!(error instanceof PatchError)) return error;
  if (error.code === 400) return badRequest(error.message, error);
  return failure({ code: 422, reason: 'Invalid', message: error.message, details: {}, cause: error });
}

/** The object that a patch makes of another one. */
export function patched(
  kind: Pick<KindRow, 'definition'>,
  original: KubeObject,
  patch: PatchRequest,
): KubeObject {
  try {
    return applyTo(kind, { ...original }, patch);
  } catch (error) {
    throw patchFailure(error);
  }
}

function checked(
  write: Write,
  kind: KindRow,
  { object, patch }: { object: KubeObject; patch: PatchRequest },
): KubeObject {
  const { fieldValidation: mode } = write;
  if (mode === undefined) return object;
  const answer = checkPatched(kind, object, { mode, patch: patch.body });
  for (const warning of answer.warnings) write.warn(warning);
  return isObject(answer.object) ? answer.object : object;
}

/** Patches an object, or one part of it. */
export function patchEntry(
  write: Write,
  target: { readonly resource: Resource; readonly key: ObjectKey; readonly part: Part },
  patch: PatchRequest,
): Promise<Entry> {
  const { kind } = target.resource;
  return changeEntry(write, target, (current) =>
    checked(write, kind, { object: patched(kind, current, patch), patch }),
  );
}

import { isObject, type JsonObject } from '../../api/deep.js';
import { checkPatched } from '../../api/field-validation.js';
import type { KindRow } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { applyJsonPatch } from '../../api/patch/json-patch.js';
import { applyMergePatch } from '../../api/patch/merge-patch.js';
import { PatchError } from '../../api/patch/patch-error.js';
import { applyStrategicMergePatch } from '../../api/patch/strategic-merge.js';
import type { PatchRequest } from '../../api/resource-api.js';
import { badRequest, failure, tooLarge, unsupportedMediaType } from '../../api/status-error.js';
import { applied, configuration } from './apply.js';
import type { Write } from './registry.js';
import type { Change } from './update.js';

/** The content type of server-side apply. */
export const applyType = 'application/apply-patch+yaml';

/** The content types of patches that are taken. */
export const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  applyType,
] as const;

function applyTo(kind: Pick<KindRow, 'definition'>, original: JsonObject, patch: PatchRequest): JsonObject {
  switch (patch.type) {
    case 'application/json-patch+json':
      return applyJsonPatch(original, patch.body);
    case 'application/merge-patch+json':
      return applyMergePatch(original, patch.body);
    case 'application/strategic-merge-patch+json':
      return applyStrategicMergePatch(original, patch.body, kind.definition);
    default:
      throw unsupportedMediaType(patchTypes);
  }
}

function patchFailure(error: unknown): unknown {
  if (!(error instanceof PatchError)) return error;
  if (error.code === 400) return badRequest(error.message, error);
  if (error.code === 413) return tooLarge(error.message);
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
  const answer = checkPatched(kind, object, { mode, patch: patch.body, duplicates: patch.duplicates });
  for (const warning of answer.warnings) write.warn(warning);
  return isObject(answer.object) ? answer.object : object;
}

/** What a patch makes is still the object that was asked for. */
function sameObject(current: KubeObject, { metadata }: KubeObject): void {
  const { name, namespace } = current.metadata ?? {};
  if (metadata?.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (metadata?.name === name) return;
  throw badRequest(
    `the name of the object (${metadata?.name ?? ''}) does not match the name on the URL (${name})`,
  );
}

/** The change that a patch asks for, made to whatever stands there. */
export function patchChange(write: Write, kind: KindRow, patch: PatchRequest): Change {
  if (patch.type !== applyType) {
    return (current) => {
      const object = patched(kind, current, patch);
      sameObject(current, object);
      return { object: checked(write, kind, { object, patch }) };
    };
  }
  const config = configuration(write, kind, patch.body);
  return (current) => applied({ write, kind, subresource: patch.subresource }, config, current);
}

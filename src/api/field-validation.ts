import { type FieldError, invalidValue } from './field-error.js';
import type { KindRow } from './kinds/row.js';
import { apiVersionOf } from './kube-object.js';
import type { FieldValidation } from './resource-api.js';
import { badRequest, invalid } from './status-error.js';
import { checkFields, type FieldCheck } from './walker.js';

/** A checked body: the object to go on with, and what kubectl should warn about. */
export interface CheckedBody {
  readonly object: unknown;
  readonly warnings: readonly string[];
  /** Required fields that are absent; reported with the errors of validation. */
  readonly missing: readonly FieldError[];
}

interface BodyOptions {
  readonly mode: FieldValidation;
  /** From the decoder, see `decodeJson`. */
  readonly duplicates?: readonly string[];
  /** What else only a strict decoder would refuse, as whole sentences. */
  readonly strict?: readonly string[] | undefined;
}

/** Checks the body of a create or an update; throws 400 as the decoder of Kubernetes does. */
export function checkBody(row: BodyKind, body: unknown, options: BodyOptions): CheckedBody {
  const check = checkFields(row.definition, body);
  const apiVersion = apiVersionOf(row);
  const refuse = (why: string): never => {
    throw badRequest(
      `${row.kind} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${row.kind}: ${why}`,
    );
  };
  if (check.errors.length > 0) refuse(check.errors.join(', '));
  const strict = [...(options.strict ?? []), ...strictErrorsOf(check, options.duplicates ?? [])];
  if (options.mode === 'Strict' && strict.length > 0) refuse(`strict decoding error: ${strict.join(', ')}`);
  return { object: check.object, warnings: options.mode === 'Warn' ? strict : [], missing: check.missing };
}

/** The part of a kind row that a body is checked by. */
export type BodyKind = Pick<KindRow, 'group' | 'version' | 'kind' | 'definition'>;

/** Checks what a patch made of an object; throws 422 on the patch, as Kubernetes does. */
export function checkPatched(
  row: BodyKind,
  patched: unknown,
  options: BodyOptions & { readonly patch: unknown },
): CheckedBody {
  const check = checkFields(row.definition, patched);
  const refuse = (why: string): never => {
    throw invalid({ group: '', kind: '' }, '', [invalidValue('patch', JSON.stringify(options.patch), why)]);
  };
  if (check.errors.length > 0) refuse(check.errors.join(', '));
  const strict = [...(options.strict ?? []), ...strictErrorsOf(check, options.duplicates ?? [])];
  if (options.mode === 'Strict' && strict.length > 0) refuse(`strict decoding error: ${strict.join(', ')}`);
  return { object: check.object, warnings: options.mode === 'Warn' ? strict : [], missing: check.missing };
}

/** What Kubernetes' strict decoder says of a body: fields that stood there twice, and fields that its type does not have. */
export function strictErrorsOf(check: FieldCheck, duplicates: readonly string[]): readonly string[] {
  return [
    ...duplicates.map((path) => `duplicate field "${path}"`),
    ...check.unknown.map((path) => `unknown field "${path}"`),
  ];
}

import { type FieldError, invalidValue } from '../field-error.js';
import type { Namespace } from '../generated/core-v1.js';
import { validateFinalizers } from './object-meta.js';

/** A new Namespace. */
export function validateNamespace({ spec }: Namespace): FieldError[] {
  return validateFinalizers('spec.finalizers', spec?.finalizers ?? []);
}

/** The status of a Namespace: its phase follows from whether it is being deleted. */
export function validateNamespaceStatus({ metadata, status }: Namespace): FieldError[] {
  const [phase, when] = metadata?.deletionTimestamp ? ['Terminating', 'not empty'] : ['Active', 'empty'];
  if (status?.phase === phase) return [];
  const message = `may only be '${phase}' if \`deletionTimestamp\` is ${when}`;
  return [invalidValue('status.Phase', status?.phase ?? '', message)];
}

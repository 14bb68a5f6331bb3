import { type FieldError, invalidValue } from '../field-error.js';

/** A path inside a volume: relative, and never out of it. */
export function validateLocalPath(path: string, value: string): FieldError[] {
  const errors = value.startsWith('/') ? [invalidValue(path, value, 'must be a relative path')] : [];
  return [...errors, ...validateNoSteps(path, value)];
}

/** A path that never goes up. */
export function validateNoSteps(path: string, value: string): FieldError[] {
  return value.split('/').includes('..') ? [invalidValue(path, value, "must not contain '..'")] : [];
}

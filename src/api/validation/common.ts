import { semanticEqual } from '../deep.js';
import { duplicate, type FieldError, invalidValue, notSupported, required } from '../field-error.js';
import type { LabelSelector } from '../generated/meta-v1.js';
import { isLabelValue, type NameCheck, qualifiedName } from '../names.js';
import { compareQuantities, isQuantity } from '../quantity.js';

/** The sentence for a field that may not change. */
export const immutableText = 'field is immutable';

/** A field that may not change once the object is there. */
export function immutable(path: string, value: unknown, old: unknown): FieldError[] {
  return semanticEqual(value, old) ? [] : [invalidValue(path, value ?? null, immutableText)];
}

/** A number that may not be negative; absent is fine. */
export function nonNegative(path: string, value: number | undefined): FieldError[] {
  if (value === undefined || value === null || value >= 0) return [];
  return [invalidValue(path, value, 'must be greater than or equal to 0')];
}

/** The messages of a name check as errors of a field. */
export function checkName(path: string, value: string, check: NameCheck): FieldError[] {
  return check(value).map((message) => invalidValue(path, value, message));
}

/** A value that must be there and one of some. */
export function oneOf(path: string, value: string | undefined, allowed: readonly string[]): FieldError[] {
  if (value === undefined || value === '') return [required(path)];
  return allowed.includes(value) ? [] : [notSupported(path, value, allowed)];
}

/** A value that is one of some when it is there; empty text is there. */
export function oneOfIfSet(
  path: string,
  value: string | undefined,
  allowed: readonly string[],
): FieldError[] {
  if (value === undefined || value === null || allowed.includes(value)) return [];
  return [notSupported(path, value, allowed)];
}

type Labels = Readonly<Record<string, string>>;

/** Labels: keys are qualified names, values label values. */
export function validateLabels(path: string, labels: Labels | undefined): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...checkName(path, key, qualifiedName),
    ...checkName(path, value, isLabelValue),
  ]);
}

function validateExpression(
  path: string,
  expression: NonNullable<LabelSelector['matchExpressions']>[number],
): FieldError[] {
  const { key, operator, values = [] } = expression;
  const errors = checkName(`${path}.key`, key, qualifiedName);
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      const message = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      errors.push({
        field: `${path}.values`,
        reason: 'FieldValueForbidden',
        message: `Forbidden: ${message}`,
      });
    }
  } else errors.push(invalidValue(`${path}.operator`, operator, 'not a valid selector operator'));
  const wrong = values.flatMap((value, index) => checkName(`${path}.values[${index}]`, value, isLabelValue));
  return [...errors, ...wrong];
}

/** A label selector's keys, values and operators. */
export function validateSelector(path: string, selector: LabelSelector | undefined): FieldError[] {
  return [
    ...validateLabels(`${path}.matchLabels`, selector?.matchLabels),
    ...(selector?.matchExpressions ?? []).flatMap((expression, index) =>
      validateExpression(`${path}.matchExpressions[${index}]`, expression),
    ),
  ];
}

/** True when a selector has no condition at all. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
}

/** A quantity that is well formed and not negative. */
export function validateQuantity(path: string, amount: string): FieldError[] {
  if (!isQuantity(amount)) {
    const expression = "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    return [invalidValue(path, amount, `quantities must match the regular expression ${expression}`)];
  }
  if (compareQuantities(amount, '0') >= 0) return [];
  return [invalidValue(path, amount, 'must be greater than or equal to 0')];
}

/** A whole number or a percentage, neither negative. */
export function validateIntOrPercent(path: string, value: number | string | undefined): FieldError[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'number') return nonNegative(path, value);
  if (/^\d+%$/.test(value)) return [];
  const message =
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
  return [invalidValue(path, value, message)];
}

/** True for the number 0 and for 0 %. */
export function isZeroCount(value: number | string | undefined): boolean {
  return value === 0 || value === '0%';
}

/** A count that may be a percentage must not exceed 100 %. */
export function atMostAll(path: string, value: number | string | undefined): FieldError[] {
  if (typeof value !== 'string' || !/^\d+%$/.test(value) || Number.parseInt(value, 10) <= 100) return [];
  return [invalidValue(path, value, 'must not be greater than 100%')];
}

/** Lists which fields differ, as lines for the end of a message: what may not change and did. */
export function changedFields(before: unknown, after: unknown, path = ''): string[] {
  if (semanticEqual(before, after)) return [];
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) {
    return [`  ${path}: ${JSON.stringify(before ?? null)} -> ${JSON.stringify(after ?? null)}`];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const inner = Array.isArray(before) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    return changedFields(Reflect.get(before, key), Reflect.get(after, key), inner);
  });
}

/** A number that has to be greater than 0; absent is fine. */
export function positive(path: string, value: number | undefined): FieldError[] {
  if (value === undefined || value === null || value > 0) return [];
  return [invalidValue(path, value, 'must be greater than zero')];
}

/** A name that has to be there and to pass a check. */
export function requiredName(path: string, value: string | undefined, check: NameCheck): FieldError[] {
  return value ? checkName(path, value, check) : [required(path)];
}

/** A name that has to pass a check when it is there. */
export function optionalName(path: string, value: string | undefined, check: NameCheck): FieldError[] {
  return value ? checkName(path, value, check) : [];
}

/** A field of a status that counts: not negative. */
export function nonNegativeFields<T extends object>(
  path: string,
  object: T | undefined,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  return fields.flatMap((field) => {
    const value: unknown = object?.[field];
    return typeof value === 'number' ? nonNegative(`${path}.${field}`, value) : [];
  });
}

/** The items of a list, each with its path. */
export function each<T>(
  path: string,
  list: readonly T[] | undefined,
  check: (at: string, item: T, index: number) => FieldError[],
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, item] of (list ?? []).entries()) errors.push(...check(`${path}[${index}]`, item, index));
  return errors;
}

/** Values of a list that stand in it before. */
export function duplicates<T>(
  path: string,
  list: readonly T[] | undefined,
  keyOf: (item: T) => string,
): FieldError[] {
  const seen = new Set<string>();
  return each(path, list, (at, item) => {
    const key = keyOf(item);
    const again = seen.has(key);
    seen.add(key);
    return again ? [duplicate(at, key)] : [];
  });
}

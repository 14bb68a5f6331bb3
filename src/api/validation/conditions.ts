import { duplicate, type FieldError, invalidValue, notSupported, required, tooLong } from '../field-error.js';
import type { Condition } from '../generated/meta-v1.js';
import { qualifiedName } from '../names.js';
import { checkName, each } from './common.js';

const statuses = ['False', 'True', 'Unknown'];
const reasonShape = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/u;
const reasonMessage =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')";
const maxReason = 1024;
const maxMessage = 32 * 1024;

function validateReason(path: string, reason: string): FieldError[] {
  if (reason === '') return [required(path, 'must be set')];
  return [
    ...(reasonShape.test(reason) ? [] : [invalidValue(path, reason, reasonMessage)]),
    ...(reason.length > maxReason ? [tooLong(path, reason, maxReason)] : []),
  ];
}

function validateCondition(at: string, condition: Condition): FieldError[] {
  const { type, status, observedGeneration = 0, lastTransitionTime, reason, message } = condition;
  return [
    ...checkName(`${at}.type`, type ?? '', qualifiedName),
    ...(statuses.includes(status) ? [] : [notSupported(`${at}.status`, status ?? '', statuses)]),
    ...(observedGeneration < 0
      ? [
          invalidValue(
            `${at}.observedGeneration`,
            observedGeneration,
            'must be greater than or equal to zero',
          ),
        ]
      : []),
    ...(lastTransitionTime ? [] : [required(`${at}.lastTransitionTime`, 'must be set')]),
    ...validateReason(`${at}.reason`, reason ?? ''),
    ...((message ?? '').length > maxMessage ? [tooLong(`${at}.message`, message, maxMessage)] : []),
  ];
}

/** Conditions of the common form, one of each type. */
export function validateConditions(path: string, conditions: readonly Condition[] | undefined): FieldError[] {
  const types = new Set<string>();
  return each(path, conditions, (at, condition) => {
    const again = types.has(condition.type);
    types.add(condition.type);
    return [...(again ? [duplicate(`${at}.type`, condition.type)] : []), ...validateCondition(at, condition)];
  });
}

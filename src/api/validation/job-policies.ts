import {
  duplicate,
  type FieldError,
  invalidValue,
  invalidWithoutValue,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../field-error.js';
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '../generated/batch-v1.js';
import { qualifiedName } from '../names.js';
import { checkName, each, nonNegative } from './common.js';

const maxRules = 20;
const maxExitCodes = 255;
const maxIndexesBytes = 64 * 1024;
const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const statuses = ['False', 'True', 'Unknown'];
const operators = ['In', 'NotIn'];

/** A value out of a few, where what is missing is told the choices. */
function oneOfChoices(path: string, value: string | undefined, choices: readonly string[]): FieldError[] {
  if (value && choices.includes(value)) return [];
  if (value) return [notSupported(path, value, choices)];
  return [required(path, `valid values: [${choices.map((choice) => `"${choice}"`).join(' ')}]`)];
}

function validateExitCodes(
  path: string,
  codes: PodFailurePolicyOnExitCodesRequirement,
  containers: readonly string[],
): FieldError[] {
  const { operator, containerName, values = [] } = codes;
  const errors = oneOfChoices(`${path}.operator`, operator, operators);
  if (containerName !== undefined && !containers.includes(containerName)) {
    const message = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalidValue(`${path}.containerName`, containerName, message));
  }
  const at = `${path}.values`;
  if (values.length === 0) errors.push(invalidValue(at, values, 'at least one value is required'));
  else if (values.length > maxExitCodes) errors.push(tooMany(at, values.length, maxExitCodes));
  const each1 = each(at, values, (place, code, index) => [
    ...(operator === 'In' && code === 0
      ? [invalidValue(place, code, 'must not be 0 for the In operator')]
      : []),
    ...(values.indexOf(code) < index ? [duplicate(place, code)] : []),
  ]);
  const ordered = values.every((code, index) => index === 0 || (values[index - 1] ?? 0) <= code);
  return [...errors, ...each1, ...(ordered ? [] : [invalidValue(at, values, 'must be ordered')])];
}

function validateConditions(
  path: string,
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
): FieldError[] {
  return [
    ...(patterns.length > maxRules ? [tooMany(path, patterns.length, maxRules)] : []),
    ...each(path, patterns, (at, { type, status }) => [
      ...checkName(`${at}.type`, type ?? '', qualifiedName),
      ...oneOfChoices(`${at}.status`, status, statuses),
    ]),
  ];
}

function validateFailureRule(at: string, rule: PodFailurePolicyRule, spec: JobSpec): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = [...containers, ...initContainers].map(({ name }) => name);
  const errors = oneOfChoices(`${at}.action`, action, actions);
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalidValue(`${at}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  }
  if (onExitCodes) errors.push(...validateExitCodes(`${at}.onExitCodes`, onExitCodes, names));
  errors.push(...validateConditions(`${at}.onPodConditions`, onPodConditions));
  const [codes, conditions] = [onExitCodes !== undefined, onPodConditions.length > 0];
  if (codes && conditions)
    errors.push(invalidWithoutValue(at, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!codes && !conditions)
    errors.push(invalidWithoutValue(at, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

/** Which failures of Pods count, and how. */
export function validateFailurePolicy(path: string, spec: JobSpec): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  return [
    ...(rules.length > maxRules ? [tooMany(`${path}.rules`, rules.length, maxRules)] : []),
    ...each(`${path}.rules`, rules, (at, rule) => validateFailureRule(at, rule, spec)),
  ];
}

/** Thrown inside this file only. */
class IndexesError extends Error {
  override readonly name = 'IndexesError';
}

function parseIndex(part: string, text: string, completions: number): number {
  if (!/^\d+$/.test(text)) throw new IndexesError(`cannot convert string to integer for index: "${part}"`);
  if (Number(text) >= completions) throw new IndexesError(`too large index: "${text}"`);
  return Number(text);
}

function ordered(before: number, next: number): void {
  if (next > before) return;
  throw new IndexesError(`non-increasing order, previous: ${before}, current: ${next}`);
}

/** Counts the indexes of `0,2-4`; throws when they are not in order, or not below the number of completions. */
function countIndexes(text: string, completions: number): number {
  let last = -1;
  let count = 0;
  for (const part of text === '' ? [] : text.split(',')) {
    const [from = 0, to, ...more] = part.split('-').map((end) => parseIndex(part, end, completions));
    if (more.length > 0) {
      const why = `the fragment "${part}" violates the requirement that an index interval can have at most two parts separated by '-'`;
      throw new IndexesError(why);
    }
    ordered(last, from);
    if (to !== undefined) ordered(from, to);
    last = to ?? from;
    count += last - from + 1;
  }
  return count;
}

/** The number of indexes, or what is wrong with their text. */
function countedIndexes(text: string, completions: number): number | string {
  try {
    return countIndexes(text, completions);
  } catch (error) {
    if (error instanceof IndexesError) return error.message;
    throw error;
  }
}

function validateSuccessRule(at: string, rule: SuccessPolicyRule, completions: number): FieldError[] {
  const { succeededCount: wanted, succeededIndexes: indexes } = rule;
  if (wanted === undefined && indexes === undefined)
    return [required(at, 'at least one of succeededCount or succeededIndexes must be specified')];
  const errors: FieldError[] = [];
  const counted = indexes === undefined ? completions : countedIndexes(indexes, completions);
  if (indexes !== undefined && indexes.length > maxIndexesBytes)
    errors.push(tooLong(`${at}.succeededIndexes`, indexes, maxIndexesBytes));
  if (typeof counted === 'string') {
    const message = `error parsing succeededIndexes: ${counted}`;
    errors.push(invalidValue(`${at}.succeededIndexes`, indexes, message));
  }
  if (wanted === undefined) return errors;
  const path = `${at}.succeededCount`;
  errors.push(...nonNegative(path, wanted));
  if (wanted > completions) {
    const message = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.push(invalidValue(path, wanted, message));
  }
  if (indexes !== undefined && typeof counted === 'number' && wanted > counted) {
    const message = `must be less than or equal to ${counted} (the number of indexes in the specified succeededIndexes field)`;
    errors.push(invalidValue(path, wanted, message));
  }
  return errors;
}

/** When an indexed Job has succeeded before all of its Pods have. */
export function validateSuccessPolicy(path: string, spec: JobSpec): FieldError[] {
  if (spec.completionMode !== 'Indexed')
    return [invalidValue(path, spec.successPolicy, 'requires indexed completion mode')];
  const rules = spec.successPolicy?.rules ?? [];
  const message = 'at least one rules must be specified when the successPolicy is specified';
  return [
    ...(rules.length === 0 ? [required(`${path}.rules`, message)] : []),
    ...(rules.length > maxRules ? [tooMany(`${path}.rules`, rules.length, maxRules)] : []),
    ...each(`${path}.rules`, rules, (at, rule) => validateSuccessRule(at, rule, spec.completions ?? 0)),
  ];
}

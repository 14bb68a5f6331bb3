import { type FieldError, forbidden, invalidValue, required } from '../field-error.js';
import type { ControllerRevision } from '../generated/apps-v1.js';
import type { Lease } from '../generated/coordination-v1.js';
import type { PriorityClass } from '../generated/scheduling-v1.js';
import { immutable, nonNegative, oneOf } from './common.js';

const highestPriority = 1_000_000_000;

/** A new ControllerRevision. */
export function validateControllerRevision({ revision, data }: ControllerRevision): FieldError[] {
  return [
    ...(data === undefined ? [required('data', 'data is mandatory')] : []),
    ...nonNegative('revision', revision),
  ];
}

/** A change of a ControllerRevision: its data never changes. */
export function validateControllerRevisionUpdate(
  revision: ControllerRevision,
  old: ControllerRevision,
): FieldError[] {
  return [...validateControllerRevision(revision), ...immutable('data', revision.data, old.data)];
}

/** A Lease, new or changed. */
export function validateLease({ spec }: Lease): FieldError[] {
  const seconds = spec?.leaseDurationSeconds;
  const errors = nonNegative('spec.leaseTransitions', spec?.leaseTransitions);
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  }
  return errors;
}

const systemClasses: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);

/** Whether a PriorityClass is one that every cluster has. */
export function isSystemPriorityClass(name: string): boolean {
  return systemClasses.has(name);
}

function systemProblem(name: string, value: number): string | undefined {
  const expected = systemClasses.get(name);
  if (expected === undefined) return `${name} is not a known system priority class`;
  return value === expected ? undefined : `value of ${name} PriorityClass must be ${expected}`;
}

/** A new PriorityClass. */
export function validatePriorityClass({
  metadata,
  value = 0,
  preemptionPolicy,
}: PriorityClass): FieldError[] {
  const name = metadata?.name ?? '';
  const system = name.startsWith('system-');
  const unknown = system ? systemProblem(name, value) : undefined;
  const reserved = "priority class names with 'system-' prefix are reserved for system use only. error: ";
  return [
    ...(value > highestPriority && !system
      ? [forbidden('value', `maximum allowed value of a user defined priority is ${highestPriority}`)]
      : []),
    ...(unknown === undefined ? [] : [forbidden('metadata.name', `${reserved}${unknown}`)]),
    ...oneOf('preemptionPolicy', preemptionPolicy, ['Never', 'PreemptLowerPriority']),
  ];
}

/** A change of a PriorityClass. */
export function validatePriorityClassUpdate(priority: PriorityClass, old: PriorityClass): FieldError[] {
  return [
    ...(priority.value === old.value ? [] : [forbidden('value', 'may not be changed in an update.')]),
    ...immutable('preemptionPolicy', priority.preemptionPolicy, old.preemptionPolicy),
  ];
}

import { type FieldError, invalidValue, required } from '../field-error.js';
import type { DaemonSet, DaemonSetUpdateStrategy, RollingUpdateDaemonSet } from '../generated/apps-v1.js';
import {
  atMostAll,
  immutable,
  isZeroCount,
  nonNegative,
  nonNegativeFields,
  oneOf,
  validateIntOrPercent,
} from './common.js';
import { validateReplicated } from './replicated.js';

/** Pods go first or come first, not both and not neither. */
function validateRolling(path: string, { maxUnavailable, maxSurge }: RollingUpdateDaemonSet): FieldError[] {
  const leaves = !isZeroCount(maxUnavailable);
  const adds = !isZeroCount(maxSurge);
  const errors = [
    ...validateIntOrPercent(`${path}.maxUnavailable`, maxUnavailable),
    ...atMostAll(`${path}.maxUnavailable`, maxUnavailable),
    ...validateIntOrPercent(`${path}.maxSurge`, maxSurge),
    ...atMostAll(`${path}.maxSurge`, maxSurge),
  ];
  if (leaves && adds)
    errors.push(invalidValue(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!leaves && !adds) errors.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

function validateStrategy(strategy: DaemonSetUpdateStrategy | undefined): FieldError[] {
  const path = 'spec.updateStrategy';
  const errors = oneOf(`${path}.type`, strategy?.type, ['RollingUpdate', 'OnDelete']);
  if (strategy?.type !== 'RollingUpdate') return errors;
  if (!strategy.rollingUpdate) return [...errors, required(`${path}.rollingUpdate`)];
  return [...errors, ...validateRolling(`${path}.rollingUpdate`, strategy.rollingUpdate)];
}

/** A new DaemonSet. */
export function validateDaemonSet({ spec }: DaemonSet): FieldError[] {
  return [
    ...validateReplicated({
      kind: 'daemonset',
      owner: 'DaemonSet',
      selector: spec?.selector,
      template: spec?.template,
    }),
    ...nonNegative('spec.minReadySeconds', spec?.minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec?.revisionHistoryLimit),
    ...validateStrategy(spec?.updateStrategy),
  ];
}

/** A change of a DaemonSet. */
export function validateDaemonSetUpdate(set: DaemonSet, old: DaemonSet): FieldError[] {
  return [...validateDaemonSet(set), ...immutable('spec.selector', set.spec?.selector, old.spec?.selector)];
}

/** The status of a DaemonSet. */
export function validateDaemonSetStatus({ status }: DaemonSet): FieldError[] {
  return nonNegativeFields('status', status, [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'observedGeneration',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
  ]);
}

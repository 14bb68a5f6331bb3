import { type FieldError, invalidValue } from '../field-error.js';
import type { DaemonSet, DaemonSetUpdateStrategy } from '../generated/apps-v1.js';
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

function validateStrategy(strategy: DaemonSetUpdateStrategy | undefined): FieldError[] {
  const path = 'spec.updateStrategy';
  const errors = oneOf(`${path}.type`, strategy?.type, ['RollingUpdate', 'OnDelete']);
  const { maxUnavailable, maxSurge } = strategy?.rollingUpdate ?? {};
  if (strategy?.type !== 'RollingUpdate') return errors;
  errors.push(...validateIntOrPercent(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable));
  errors.push(...validateIntOrPercent(`${path}.rollingUpdate.maxSurge`, maxSurge));
  errors.push(...atMostAll(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable));
  if (isZeroCount(maxUnavailable) && isZeroCount(maxSurge)) {
    errors.push(
      invalidValue(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, 'cannot be 0 when maxSurge is 0'),
    );
  }
  return errors;
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

import { type FieldError, invalidValue } from '../field-error.js';
import type { PodDisruptionBudget } from '../generated/policy-v1.js';
import {
  atMostAll,
  nonNegativeFields,
  oneOfIfSet,
  validateIntOrPercent,
  validateSelector,
} from './common.js';
import { validateConditions } from './conditions.js';

/** A PodDisruptionBudget, new or changed. */
export function validatePodDisruptionBudget({ spec }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec ?? {};
  const both = minAvailable !== undefined && maxUnavailable !== undefined;
  return [
    ...(both ? [invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...validateIntOrPercent('spec.minAvailable', minAvailable),
    ...atMostAll('spec.minAvailable', minAvailable),
    ...validateIntOrPercent('spec.maxUnavailable', maxUnavailable),
    ...atMostAll('spec.maxUnavailable', maxUnavailable),
    ...oneOfIfSet('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, [
      'AlwaysAllow',
      'IfHealthyBudget',
    ]),
    ...validateSelector('spec.selector', selector),
  ];
}

/** The status of a PodDisruptionBudget. */
export function validatePodDisruptionBudgetStatus({ status }: PodDisruptionBudget): FieldError[] {
  const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;
  return [
    ...validateConditions('status.conditions', status?.conditions),
    ...nonNegativeFields('status', status, counts),
  ];
}

import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type { Deployment, DeploymentStrategy } from '../generated/apps-v1.js';
import {
  atMostAll,
  immutable,
  isZeroCount,
  nonNegative,
  nonNegativeFields,
  validateIntOrPercent,
} from './common.js';
import { validateCounts } from './replica-set.js';
import { validateReplicated } from './replicated.js';

function validateStrategy(strategy: DeploymentStrategy | undefined): FieldError[] {
  const path = 'spec.strategy';
  const { type, rollingUpdate } = strategy ?? {};
  if (type === 'Recreate') {
    if (!rollingUpdate) return [];
    return [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type !== 'RollingUpdate') return [notSupported(path, strategy ?? {}, ['Recreate', 'RollingUpdate'])];
  if (!rollingUpdate) return [required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')];
  const { maxSurge, maxUnavailable } = rollingUpdate;
  const errors = [
    ...validateIntOrPercent(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable),
    ...validateIntOrPercent(`${path}.rollingUpdate.maxSurge`, maxSurge),
    ...atMostAll(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable),
  ];
  if (isZeroCount(maxSurge) && isZeroCount(maxUnavailable)) {
    errors.push(
      invalidValue(
        `${path}.rollingUpdate.maxUnavailable`,
        maxUnavailable,
        'may not be 0 when `maxSurge` is 0',
      ),
    );
  }
  return errors;
}

/** A new Deployment. */
export function validateDeployment({ spec }: Deployment): FieldError[] {
  const { selector, template, replicas, minReadySeconds = 0, progressDeadlineSeconds } = spec ?? {};
  const errors = [
    ...validateReplicated({ kind: 'deployment', owner: 'ReplicaSet', selector, template, replicas }),
    ...validateStrategy(spec?.strategy),
    ...nonNegative('spec.minReadySeconds', minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec?.revisionHistoryLimit),
    ...nonNegative('spec.progressDeadlineSeconds', progressDeadlineSeconds),
  ];
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds) {
    errors.push(
      invalidValue(
        'spec.progressDeadlineSeconds',
        progressDeadlineSeconds,
        'must be greater than minReadySeconds',
      ),
    );
  }
  return errors;
}

/** A change of a Deployment. */
export function validateDeploymentUpdate(deployment: Deployment, old: Deployment): FieldError[] {
  return [
    ...validateDeployment(deployment),
    ...immutable('spec.selector', deployment.spec?.selector, old.spec?.selector),
  ];
}

/** The status of a Deployment: no count exceeds `replicas`, and collisions are only added. */
export function validateDeploymentStatus({ status }: Deployment, old: Deployment): FieldError[] {
  const counts = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const;
  const before = old.status?.collisionCount;
  const path = 'status.collisionCount';
  const fewer = before !== undefined && (status?.collisionCount ?? 0) < before;
  return [
    ...nonNegativeFields('status', status, ['observedGeneration', 'unavailableReplicas', 'collisionCount']),
    ...validateCounts(status, counts),
    ...(fewer ? [invalidValue(path, status?.collisionCount, 'cannot be decremented')] : []),
  ];
}

import { type FieldError, invalidValue, required } from '../field-error.js';
import type { ReplicaSet } from '../generated/apps-v1.js';
import type { ReplicationController } from '../generated/core-v1.js';
import { immutable, nonNegative } from './common.js';
import { validateReplicated } from './replicated.js';

/** A new ReplicaSet. */
export function validateReplicaSet({ spec }: ReplicaSet): FieldError[] {
  const { selector, template, replicas } = spec ?? {};
  return [
    ...validateReplicated({ kind: 'deployment', selector, template, replicas }),
    ...nonNegative('spec.minReadySeconds', spec?.minReadySeconds),
  ];
}

/** A change of a ReplicaSet. */
export function validateReplicaSetUpdate(set: ReplicaSet, old: ReplicaSet): FieldError[] {
  return [...validateReplicaSet(set), ...immutable('spec.selector', set.spec?.selector, old.spec?.selector)];
}

/** The status of a ReplicaSet: no count exceeds `replicas`. */
export function validateReplicaSetStatus({ status }: ReplicaSet): FieldError[] {
  const counts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const;
  const errors = [
    ...nonNegative('status.replicas', status?.replicas),
    ...counts.flatMap((field) => nonNegative(`status.${field}`, status?.[field])),
  ];
  for (const field of counts) {
    const value = status?.[field] ?? 0;
    if (value > (status?.replicas ?? 0))
      errors.push(invalidValue(`status.${field}`, value, 'cannot be greater than status.replicas'));
  }
  return errors;
}

/** A ReplicationController. */
export function validateReplicationController({ spec }: ReplicationController): FieldError[] {
  const { selector, template, replicas } = spec ?? {};
  if (Object.keys(selector ?? {}).length === 0) return [required('spec.selector')];
  return validateReplicated({
    kind: 'replicationcontroller',
    selector: { matchLabels: selector },
    template,
    replicas,
  });
}

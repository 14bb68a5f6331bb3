import { type FieldError, invalidValue, required } from '../field-error.js';
import type { ReplicaSet } from '../generated/apps-v1.js';
import type { PodTemplate, ReplicationController } from '../generated/core-v1.js';
import { labelSelectorOf, matchesLabels } from '../selectors.js';
import { immutable, nonNegative, nonNegativeFields } from './common.js';
import { validatePodTemplate } from './pod-spec.js';
import { validateReplicated, validateTemplate } from './replicated.js';

/** A new ReplicaSet. */
export function validateReplicaSet({ spec }: ReplicaSet): FieldError[] {
  const { selector, template, replicas } = spec ?? {};
  return [
    ...validateReplicated({ kind: 'deployment', owner: 'ReplicaSet', selector, template, replicas }),
    ...nonNegative('spec.minReadySeconds', spec?.minReadySeconds),
  ];
}

/** A change of a ReplicaSet. */
export function validateReplicaSetUpdate(set: ReplicaSet, old: ReplicaSet): FieldError[] {
  return [...validateReplicaSet(set), ...immutable('spec.selector', set.spec?.selector, old.spec?.selector)];
}

interface Counts {
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

/** Counts of a status: none is negative, and none exceeds `replicas`. */
export function validateCounts<T extends Counts>(
  status: T | undefined,
  counts: readonly (keyof T & string)[],
): FieldError[] {
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status ?? {};
  const over = counts.flatMap((field) => {
    const value = status?.[field];
    if (typeof value !== 'number' || value <= replicas) return [];
    return [invalidValue(`status.${field}`, value, 'cannot be greater than status.replicas')];
  });
  const message = 'cannot be greater than readyReplicas';
  return [
    ...nonNegative('status.replicas', replicas),
    ...nonNegativeFields('status', status, counts),
    ...over,
    ...(availableReplicas > readyReplicas
      ? [invalidValue('status.availableReplicas', availableReplicas, message)]
      : []),
  ];
}

/** The status of a ReplicaSet or of a ReplicationController: no count exceeds `replicas`. */
export function validateReplicaSetStatus({ status }: ReplicaSet | ReplicationController): FieldError[] {
  return validateCounts(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']);
}

/** A ReplicationController, new or changed. */
export function validateReplicationController({ spec }: ReplicationController): FieldError[] {
  const { selector, template } = spec ?? {};
  const selected = Object.keys(selector ?? {}).length > 0;
  const labels = template?.metadata?.labels;
  const misses = selected && !matchesLabels(labelSelectorOf({ matchLabels: selector }), labels);
  const message = '`selector` does not match template `labels`';
  return [
    ...nonNegativeFields('spec', spec, ['minReadySeconds']),
    ...(selected ? [] : [required('spec.selector')]),
    ...nonNegativeFields('spec', spec, ['replicas']),
    ...(template && misses ? [invalidValue('spec.template.metadata.labels', labels, message)] : []),
    ...(template ? validateTemplate(template, 'ReplicationController') : [required('spec.template')]),
  ];
}

/** A PodTemplate, new or changed. */
export function validatePodTemplateObject({ template }: PodTemplate): FieldError[] {
  return validatePodTemplate('template', template ?? {});
}

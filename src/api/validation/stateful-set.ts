import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type { StatefulSet, StatefulSetSpec } from '../generated/apps-v1.js';
import { labelSelectorOf, matchesLabels } from '../selectors.js';
import {
  isEmptySelector,
  isZeroCount,
  nonNegative,
  oneOfIfSet,
  validateIntOrPercent,
  validateSelector,
} from './common.js';
import { validateTemplateMeta } from './pod-spec.js';

function validatePolicy(policy: string | undefined): FieldError[] {
  const path = 'spec.podManagementPolicy';
  if (!policy) return [required(path)];
  if (policy === 'OrderedReady' || policy === 'Parallel') return [];
  return [invalidValue(path, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function validateStrategy(strategy: StatefulSetSpec['updateStrategy']): FieldError[] {
  const path = 'spec.updateStrategy';
  const { type, rollingUpdate } = strategy ?? {};
  if (!type) return [required(path)];
  if (type === 'OnDelete' || type === 'Recreate') {
    if (!rollingUpdate) return [];
    return [
      invalidValue(`${path}.rollingUpdate`, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'"),
    ];
  }
  if (type !== 'RollingUpdate')
    return [invalidValue(path, strategy, "must be 'RollingUpdate' or 'OnDelete'")];
  const errors = nonNegative(`${path}.rollingUpdate.partition`, rollingUpdate?.partition);
  const most = rollingUpdate?.maxUnavailable;
  errors.push(...validateIntOrPercent(`${path}.rollingUpdate.maxUnavailable`, most));
  if (isZeroCount(most))
    errors.push(invalidValue(`${path}.rollingUpdate.maxUnavailable`, most, 'cannot be 0'));
  return errors;
}

function validateSelectorAndTemplate(spec: StatefulSetSpec): FieldError[] {
  const { selector, template } = spec;
  const errors: FieldError[] = [];
  if (!selector) errors.push(required('spec.selector'));
  else if (isEmptySelector(selector)) {
    errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for statefulset'));
  } else errors.push(...validateSelector('spec.selector', selector));
  const wrong = errors.length > 0;
  const labels = template?.metadata?.labels;
  if (!wrong && !matchesLabels(labelSelectorOf(selector), labels)) {
    const message = '`selector` does not match template `labels`';
    errors.push(invalidValue('spec.template.metadata.labels', labels ?? {}, message));
  }
  return [...errors, ...validateTemplate(template)];
}

/** The contents of the Pods are looked at when the Pods are made, as in Kubernetes. */
function validateTemplate(template: StatefulSetSpec['template']): FieldError[] {
  const errors = validateTemplateMeta('spec.template', template ?? {});
  const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy !== 'Always') {
    errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy ?? '', ['Always']));
  }
  if (activeDeadlineSeconds !== undefined && activeDeadlineSeconds !== null) {
    const message = 'activeDeadlineSeconds in StatefulSet is not Supported';
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', message));
  }
  return errors;
}

/** A new StatefulSet. */
export function validateStatefulSet(set: StatefulSet): FieldError[] {
  const { spec } = set;
  if (!spec) return [required('spec.selector'), required('spec.template')];
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  return [
    ...validatePolicy(spec.podManagementPolicy),
    ...validateStrategy(spec.updateStrategy),
    ...oneOfIfSet('spec.persistentVolumeClaimRetentionPolicy.whenDeleted', retention?.whenDeleted, [
      'Delete',
      'Retain',
    ]),
    ...oneOfIfSet('spec.persistentVolumeClaimRetentionPolicy.whenScaled', retention?.whenScaled, [
      'Delete',
      'Retain',
    ]),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...validateSelectorAndTemplate(spec),
  ];
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

/** A change of a StatefulSet. */
export function validateStatefulSetUpdate(set: StatefulSet, old: StatefulSet): FieldError[] {
  const errors = validateStatefulSet(set);
  if (!set.spec || !old.spec) return errors;
  const allowed = Object.fromEntries(changeable.map((field) => [field, old.spec?.[field]]));
  if (!semanticEqual({ ...set.spec, ...allowed }, old.spec)) {
    const message =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    errors.push(forbidden('spec', message));
  }
  return errors;
}

/** The status of a StatefulSet: counts are not negative, and none exceeds `replicas`. */
export function validateStatefulSetStatus(set: StatefulSet): FieldError[] {
  const { status } = set;
  const counts = [
    'replicas',
    'readyReplicas',
    'currentReplicas',
    'updatedReplicas',
    'availableReplicas',
  ] as const;
  const errors = counts.flatMap((field) => nonNegative(`status.${field}`, status?.[field]));
  errors.push(...nonNegative('status.observedGeneration', status?.observedGeneration));
  errors.push(...nonNegative('status.collisionCount', status?.collisionCount));
  for (const field of counts.slice(1)) {
    const value = status?.[field] ?? 0;
    if (value > (status?.replicas ?? 0)) {
      errors.push(invalidValue(`status.${field}`, value, 'cannot be greater than status.replicas'));
    }
  }
  if ((status?.availableReplicas ?? 0) > (status?.readyReplicas ?? 0)) {
    errors.push(
      invalidValue(
        'status.availableReplicas',
        status?.availableReplicas,
        'cannot be greater than status.readyReplicas',
      ),
    );
  }
  return errors;
}

import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden, invalidValue, required } from '../field-error.js';
import type { StatefulSet, StatefulSetSpec } from '../generated/apps-v1.js';
import type { PodTemplateSpec, Volume } from '../generated/core-v1.js';
import { dns1123Label } from '../names.js';
import { labelSelectorOf, matchesLabels } from '../selectors.js';
import {
  atMostAll,
  checkName,
  each,
  isEmptySelector,
  isZeroCount,
  nonNegative,
  oneOfIfSet,
  validateIntOrPercent,
  validateSelector,
} from './common.js';
import { validateClaimSpec } from './persistent-volume-claim.js';
import { validateEndless, validateTemplate } from './replicated.js';

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
  return [...errors, ...atMostAll(`${path}.rollingUpdate.maxUnavailable`, most)];
}

function validateSelectorAndTemplate(spec: StatefulSetSpec, checks: Checks): FieldError[] {
  const { selector, template } = spec;
  const errors: FieldError[] = [];
  if (!selector) errors.push(required('spec.selector'));
  else if (isEmptySelector(selector)) {
    errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for statefulset'));
  } else errors.push(...validateSelector('spec.selector', selector));
  if (!template) return [...errors, required('spec.template')];
  const wrong = errors.length > 0;
  const labels = template.metadata?.labels;
  if (!wrong && !matchesLabels(labelSelectorOf(selector), labels)) {
    const message = '`selector` does not match template `labels`';
    errors.push(invalidValue('spec.template.metadata.labels', labels, message));
  }
  const check = checks.template ? validateTemplate : validateEndless;
  return [...errors, ...check(withClaimed(spec, template), 'StatefulSet')];
}

/** The template as Pods are made from it: each claim template is a volume, before a volume of the same name. */
function withClaimed(spec: StatefulSetSpec, template: PodTemplateSpec): PodTemplateSpec {
  const names = new Set(spec.volumeClaimTemplates?.map(({ metadata }) => metadata?.name ?? ''));
  if (names.size === 0 || template.spec === undefined) return template;
  const claimed = [...names].map((name): Volume => ({ name, persistentVolumeClaim: { claimName: name } }));
  const own = template.spec.volumes?.filter(({ name }) => !names.has(name)) ?? [];
  return { ...template, spec: { ...template.spec, volumes: [...claimed, ...own] } };
}

function validateRetention(policy: StatefulSetSpec['persistentVolumeClaimRetentionPolicy']): FieldError[] {
  const path = 'spec.persistentVolumeClaimRetentionPolicy';
  return (['whenDeleted', 'whenScaled'] as const).flatMap((field) =>
    oneOfIfSet(`${path}.${field}`, policy?.[field], ['Retain', 'Delete']),
  );
}

/** What is checked beside the rest. Kubernetes came to check these late (1.34), so that what was stored before may be wrong. */
interface Checks {
  readonly claimTemplates: boolean;
  readonly serviceName: boolean;
  readonly template: boolean;
}

function validateSpec(spec: StatefulSetSpec, checks: Checks): FieldError[] {
  const { serviceName, volumeClaimTemplates = [] } = spec;
  return [
    ...validatePolicy(spec.podManagementPolicy),
    ...validateStrategy(spec.updateStrategy),
    ...validateRetention(spec.persistentVolumeClaimRetentionPolicy),
    ...(checks.claimTemplates
      ? each('spec.volumeClaimTemplates', volumeClaimTemplates, (path, claim) =>
          validateClaimSpec(`${path}.spec`, claim.spec ?? {}),
        )
      : []),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...(checks.serviceName && serviceName ? checkName('spec.serviceName', serviceName, dns1123Label) : []),
    ...validateSelectorAndTemplate(spec, checks),
  ];
}

/** A new StatefulSet. */
export function validateStatefulSet({ spec }: StatefulSet): FieldError[] {
  if (!spec) return [required('spec.selector'), required('spec.template')];
  return validateSpec(spec, { claimTemplates: true, serviceName: true, template: true });
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

/** A change of a StatefulSet. What cannot change is not checked again, nor is the template of a set that was wrong before. */
export function validateStatefulSetUpdate(set: StatefulSet, old: StatefulSet): FieldError[] {
  if (!set.spec || !old.spec) return validateStatefulSet(set);
  const checks: Checks = { claimTemplates: false, serviceName: false, template: true };
  const template = validateSpec(old.spec, checks).length === 0;
  const errors = validateSpec(set.spec, { ...checks, template });
  const allowed = Object.fromEntries(changeable.map((field) => [field, old.spec?.[field]]));
  if (!semanticEqual({ ...set.spec, ...allowed }, old.spec)) {
    const message =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    errors.push(forbidden('spec', message));
  }
  return errors;
}

/** The status of a StatefulSet: counts are not negative, none exceeds `replicas`, and collisions are not forgotten. */
export function validateStatefulSetStatus(set: StatefulSet, old: StatefulSet): FieldError[] {
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
  const collisions = status?.collisionCount ?? 0;
  if (collisions < (old.status?.collisionCount ?? 0)) {
    errors.push(invalidValue('status.collisionCount', collisions, 'cannot be decremented'));
  }
  return errors;
}

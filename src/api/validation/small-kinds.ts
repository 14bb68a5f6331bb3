import { type FieldError, forbidden, invalidValue, required } from '../field-error.js';
import type { ControllerRevision } from '../generated/apps-v1.js';
import type { HorizontalPodAutoscaler } from '../generated/autoscaling-v2.js';
import type { Lease } from '../generated/coordination-v1.js';
import type { Ingress, NetworkPolicy } from '../generated/networking-v1.js';
import type { ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../generated/rbac-v1.js';
import type { PriorityClass } from '../generated/scheduling-v1.js';
import { immutable, nonNegative, oneOf, validateSelector } from './common.js';

const highestPriority = 1_000_000_000;

/** A change of a ControllerRevision: its data never changes. */
export function validateControllerRevisionUpdate(
  revision: ControllerRevision,
  old: ControllerRevision,
): FieldError[] {
  return [...nonNegative('revision', revision.revision), ...immutable('data', revision.data, old.data)];
}

/** A HorizontalPodAutoscaler, new or changed. */
export function validateHorizontalPodAutoscaler({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const { minReplicas, maxReplicas = 0, scaleTargetRef } = spec ?? {};
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  }
  if (maxReplicas < 1) errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  else if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(
      invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'),
    );
  }
  if (!scaleTargetRef?.kind) errors.push(required('spec.scaleTargetRef.kind'));
  if (!scaleTargetRef?.name) errors.push(required('spec.scaleTargetRef.name'));
  return errors;
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

/** A new PriorityClass. */
export function validatePriorityClass({
  metadata,
  value = 0,
  preemptionPolicy,
}: PriorityClass): FieldError[] {
  const system = (metadata?.name ?? '').startsWith('system-');
  return [
    ...(value > highestPriority && !system
      ? [forbidden('value', `maximum allowed value of a user defined priority is ${highestPriority}`)]
      : []),
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

function validateRule(at: string, rule: PolicyRule, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if ((rule.verbs ?? []).length === 0)
    errors.push(required(`${at}.verbs`, 'verbs must contain at least one value'));
  const urls = (rule.nonResourceURLs ?? []).length > 0;
  if (urls && namespaced) {
    return [
      ...errors,
      invalidValue(
        `${at}.nonResourceURLs`,
        rule.nonResourceURLs,
        'namespaced rules cannot apply to non-resource URLs',
      ),
    ];
  }
  if (urls) return errors;
  if ((rule.apiGroups ?? []).length === 0)
    errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
  if ((rule.resources ?? []).length === 0)
    errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

/** The rules of a Role. */
export function validateRole({ rules }: Role): FieldError[] {
  return (rules ?? []).flatMap((rule, index) => validateRule(`rules[${index}]`, rule, true));
}

/** The rules of a ClusterRole. */
export function validateClusterRole({ rules }: Role): FieldError[] {
  return (rules ?? []).flatMap((rule, index) => validateRule(`rules[${index}]`, rule, false));
}

/** A binding of a role to its subjects. */
export function validateRoleBinding({ roleRef, subjects }: RoleBinding | ClusterRoleBinding): FieldError[] {
  const errors = oneOf('roleRef.kind', roleRef?.kind, ['ClusterRole', 'Role']);
  if (!roleRef?.name) errors.push(required('roleRef.name'));
  for (const [index, subject] of (subjects ?? []).entries()) {
    const at = `subjects[${index}]`;
    if (!subject.name) errors.push(required(`${at}.name`));
    errors.push(...oneOf(`${at}.kind`, subject.kind, ['Group', 'ServiceAccount', 'User']));
    if (subject.kind === 'ServiceAccount' && !subject.namespace) errors.push(required(`${at}.namespace`));
  }
  return errors;
}

/** A change of a binding: the role stays. */
export function validateRoleBindingUpdate(
  binding: RoleBinding | ClusterRoleBinding,
  old: RoleBinding | ClusterRoleBinding,
): FieldError[] {
  const errors = validateRoleBinding(binding);
  const wrong = immutable('roleRef', binding.roleRef, old.roleRef).map(({ field }) =>
    invalidValue(field, binding.roleRef, 'cannot change roleRef'),
  );
  return [...errors, ...wrong];
}

/** A NetworkPolicy, new or changed. */
export function validateNetworkPolicy({ spec }: NetworkPolicy): FieldError[] {
  const types = (spec?.policyTypes ?? []).flatMap((type, index) =>
    oneOf(`spec.policyTypes[${index}]`, type, ['Egress', 'Ingress']),
  );
  return [...validateSelector('spec.podSelector', spec?.podSelector), ...types];
}

/** An Ingress, new or changed. */
export function validateIngress({ spec }: Ingress): FieldError[] {
  const rules = spec?.rules ?? [];
  if (rules.length === 0 && !spec?.defaultBackend) {
    return [invalidValue('spec', rules, 'either `defaultBackend` or `rules` must be specified')];
  }
  return rules.flatMap((rule, index) =>
    (rule.http?.paths ?? []).flatMap((path, number) => {
      const at = `spec.rules[${index}].http.paths[${number}]`;
      const errors = oneOf(`${at}.pathType`, path.pathType, ['Exact', 'ImplementationSpecific', 'Prefix']);
      if (path.path && !path.path.startsWith('/'))
        errors.push(invalidValue(`${at}.path`, path.path, 'must be an absolute path'));
      return errors;
    }),
  );
}

import { type FieldError, invalidValue, notSupported, required } from '../field-error.js';
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  Subject,
} from '../generated/rbac-v1.js';
import { dns1123Subdomain, pathSegment } from '../names.js';
import { checkName, each, immutable, requiredName, validateSelector } from './common.js';

const rbacGroup = 'rbac.authorization.k8s.io';

function validateRule(at: string, rule: PolicyRule, namespaced: boolean): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const errors: FieldError[] = [];
  if (verbs.length === 0) errors.push(required(`${at}.verbs`, 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    const path = `${at}.nonResourceURLs`;
    if (namespaced)
      errors.push(invalidValue(path, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      const message = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalidValue(path, nonResourceURLs, message));
    }
    return errors;
  }
  if (apiGroups.length === 0)
    errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
  if (resources.length === 0)
    errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

/** The rules of a Role. */
export function validateRole({ rules }: Role): FieldError[] {
  return each('rules', rules, (at, rule) => validateRule(at, rule, true));
}

/** The rules of a ClusterRole, and the selectors by which it takes in others. */
export function validateClusterRole({ rules, aggregationRule }: ClusterRole): FieldError[] {
  const errors = each('rules', rules, (at, rule) => validateRule(at, rule, false));
  if (!aggregationRule) return errors;
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  const message = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
  return [
    ...errors,
    ...(selectors.length === 0 ? [required(path, message)] : []),
    ...each(path, selectors, (at, selector) => validateSelector(at, selector)),
  ];
}

function validateServiceAccount(at: string, subject: Subject, namespaced: boolean): FieldError[] {
  const { name, namespace, apiGroup } = subject;
  return [
    ...(name ? checkName(`${at}.name`, name, dns1123Subdomain) : []),
    ...(apiGroup ? [notSupported(`${at}.apiGroup`, apiGroup, [''])] : []),
    ...(namespaced || namespace ? [] : [required(`${at}.namespace`)]),
  ];
}

function validateSubject(at: string, subject: Subject, namespaced: boolean): FieldError[] {
  const errors = subject.name ? [] : [required(`${at}.name`)];
  const { kind, apiGroup = '' } = subject;
  if (kind === 'ServiceAccount') return [...errors, ...validateServiceAccount(at, subject, namespaced)];
  if (kind !== 'User' && kind !== 'Group')
    return [...errors, notSupported(`${at}.kind`, kind ?? '', ['Group', 'ServiceAccount', 'User'])];
  return apiGroup === rbacGroup ? errors : [...errors, notSupported(`${at}.apiGroup`, apiGroup, [rbacGroup])];
}

function validateBinding(binding: RoleBinding | ClusterRoleBinding, kinds: readonly string[]): FieldError[] {
  const { roleRef, subjects } = binding;
  const { apiGroup = '', kind = '', name } = roleRef ?? {};
  return [
    ...(apiGroup === rbacGroup ? [] : [notSupported('roleRef.apiGroup', apiGroup, [rbacGroup])]),
    ...(kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind, kinds)]),
    ...requiredName('roleRef.name', name, pathSegment),
    ...each('subjects', subjects, (at, subject) => validateSubject(at, subject, kinds.includes('Role'))),
  ];
}

/** A new RoleBinding. */
export function validateRoleBinding(binding: RoleBinding): FieldError[] {
  return validateBinding(binding, ['ClusterRole', 'Role']);
}

/** A new ClusterRoleBinding, which gives roles of the whole cluster only. */
export function validateClusterRoleBinding(binding: ClusterRoleBinding): FieldError[] {
  return validateBinding(binding, ['ClusterRole']);
}

function sameRole(binding: RoleBinding, old: RoleBinding): FieldError[] {
  return immutable('roleRef', binding.roleRef, old.roleRef).map(({ field }) =>
    invalidValue(field, binding.roleRef, 'cannot change roleRef'),
  );
}

/** A change of a RoleBinding: the role stays. */
export function validateRoleBindingUpdate(binding: RoleBinding, old: RoleBinding): FieldError[] {
  return [...validateRoleBinding(binding), ...sameRole(binding, old)];
}

/** A change of a ClusterRoleBinding: the role stays. */
export function validateClusterRoleBindingUpdate(
  binding: ClusterRoleBinding,
  old: ClusterRoleBinding,
): FieldError[] {
  return [...validateClusterRoleBinding(binding), ...sameRole(binding, old)];
}

import type { ClusterRoleBinding, RoleBinding, Subject } from '../generated/rbac-v1.js';
import { mapList } from './fill.js';

const rbacGroup = 'rbac.authorization.k8s.io';

function defaultSubject(subject: Subject): Subject {
  const person = subject.kind === 'User' || subject.kind === 'Group';
  return person && !subject.apiGroup ? { ...subject, apiGroup: rbacGroup } : subject;
}

function defaultBinding<T extends RoleBinding | ClusterRoleBinding>(binding: T): T {
  const roleRef = binding.roleRef?.apiGroup ? binding.roleRef : { ...binding.roleRef, apiGroup: rbacGroup };
  return {
    ...binding,
    roleRef,
    ...(binding.subjects && { subjects: mapList(binding.subjects, defaultSubject) }),
  };
}

/** A RoleBinding's defaults. */
export function defaultRoleBinding(binding: RoleBinding): RoleBinding {
  return defaultBinding(binding);
}

/** A ClusterRoleBinding's defaults. */
export function defaultClusterRoleBinding(binding: ClusterRoleBinding): ClusterRoleBinding {
  return defaultBinding(binding);
}

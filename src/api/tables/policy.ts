import type { Lease } from '../generated/coordination-v1.js';
import type { Ingress, IngressClass, NetworkPolicy } from '../generated/networking-v1.js';
import type { PodDisruptionBudget } from '../generated/policy-v1.js';
import type { ClusterRoleBinding, RoleBinding } from '../generated/rbac-v1.js';
import type { PriorityClass } from '../generated/scheduling-v1.js';
import {
  age,
  ageColumn,
  integer,
  type KindPrinter,
  labelSelectorText,
  nameColumn,
  nameOf,
  none,
  text,
  truth,
  wide,
} from './table.js';

/** How PodDisruptionBudgets are printed. */
export const budgetPrinter: KindPrinter<PodDisruptionBudget> = {
  columns: [
    nameColumn,
    text('Min Available', 'The minimum number of pods that must be available.'),
    text('Max Unavailable', 'The maximum number of pods that may be unavailable.'),
    integer('Allowed Disruptions', 'Calculated number of pods that may be disrupted at this time.'),
    ageColumn,
  ],
  cells: (budget, now) => [
    nameOf(budget),
    String(budget.spec?.minAvailable ?? 'N/A'),
    String(budget.spec?.maxUnavailable ?? 'N/A'),
    budget.status?.disruptionsAllowed ?? 0,
    age(budget, now),
  ],
};

/** How PriorityClasses are printed. */
export const priorityClassPrinter: KindPrinter<PriorityClass> = {
  columns: [
    nameColumn,
    integer('Value', 'The priority.'),
    truth('Global-Default', 'Whether it holds for Pods without a class.'),
    ageColumn,
    text('PreemptionPolicy', 'Whether Pods of this class make others go.'),
  ],
  cells: (priority, now) => [
    nameOf(priority),
    priority.value ?? 0,
    priority.globalDefault ?? false,
    age(priority, now),
    priority.preemptionPolicy ?? '',
  ],
};

/** How Leases are printed. */
export const leasePrinter: KindPrinter<Lease> = {
  columns: [nameColumn, text('Holder', 'Who holds the lease.'), ageColumn],
  cells: (lease, now) => [nameOf(lease), lease.spec?.holderIdentity ?? '', age(lease, now)],
};

function hostsText(ingress: Ingress): string {
  const hosts = (ingress.spec?.rules ?? []).map(({ host }) => host || '*');
  const shown = hosts.slice(0, 3).join(',') || '*';
  return hosts.length > 3 ? `${shown} + ${hosts.length - 3} more...` : shown;
}

/** How Ingresses are printed. */
export const ingressPrinter: KindPrinter<Ingress> = {
  columns: [
    nameColumn,
    text('Class', 'The name of the IngressClass resource that should be used for additional configuration'),
    text('Hosts', 'Hosts that incoming requests are matched against before the ingress rule'),
    text('Address', 'Address is a list containing ingress points for the load-balancer'),
    text('Ports', 'Ports of TLS configurations that open'),
    ageColumn,
  ],
  cells: (ingress, now) => [
    nameOf(ingress),
    ingress.spec?.ingressClassName ?? none,
    hostsText(ingress),
    (ingress.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').join(','),
    (ingress.spec?.tls ?? []).length > 0 ? '80, 443' : '80',
    age(ingress, now),
  ],
};

/** How IngressClasses are printed. */
export const ingressClassPrinter: KindPrinter<IngressClass> = {
  columns: [
    nameColumn,
    text('Controller', 'Controller that is responsible for handling this class'),
    text('Parameters', 'A reference to a resource with additional parameters'),
    ageColumn,
  ],
  cells: ({ metadata, spec }, now) => {
    const { apiGroup, kind, name } = spec?.parameters ?? {};
    const parameters = name ? `${kind ?? ''}${apiGroup ? `.${apiGroup}` : ''}/${name}` : none;
    return [metadata?.name ?? '', spec?.controller ?? '', parameters, age({ metadata }, now)];
  },
};

/** How NetworkPolicies are printed. */
export const networkPolicyPrinter: KindPrinter<NetworkPolicy> = {
  columns: [nameColumn, text('Pod-Selector', 'The Pods that it holds for.'), ageColumn],
  cells: (policy, now) => [nameOf(policy), labelSelectorText(policy.spec?.podSelector), age(policy, now)],
};

function subjectsText(binding: RoleBinding | ClusterRoleBinding, kind: string): string {
  return (binding.subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
    .join(', ');
}

function bindingPrinter(what: string): KindPrinter<RoleBinding | ClusterRoleBinding> {
  return {
    columns: [
      nameColumn,
      text('Role', 'The role that is given.'),
      ageColumn,
      wide(text('Users', `Users in the ${what}`)),
      wide(text('Groups', `Groups in the ${what}`)),
      wide(text('ServiceAccounts', `ServiceAccounts in the ${what}`)),
    ],
    cells: (binding, now) => [
      nameOf(binding),
      `${binding.roleRef?.kind ?? ''}/${binding.roleRef?.name ?? ''}`,
      age(binding, now),
      subjectsText(binding, 'User'),
      subjectsText(binding, 'Group'),
      subjectsText(binding, 'ServiceAccount'),
    ],
  };
}

/** How RoleBindings are printed. */
export const roleBindingPrinter = bindingPrinter('roleBinding');

/** How ClusterRoleBindings are printed. */
export const clusterRoleBindingPrinter = bindingPrinter('clusterRoleBinding');

import type { ClusterRole, ClusterRoleBinding, PolicyRule } from '../../api/generated/rbac-v1.js';
import { kindRows } from '../../api/kinds.js';
import { issuerPaths } from '../tokens/discovery.js';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];

/** Kinds of a namespace that govern access or the namespace itself, and so are not for `edit`. */
const governing = new Set([
  'roles',
  'rolebindings',
  'resourcequotas',
  'limitranges',
  'localsubjectaccessreviews',
]);

function namespacedResources(keep: (plural: string) => boolean): Map<string, string[]> {
  const byGroup = new Map<string, string[]>();
  for (const { group, plural, namespaced, subresources, stored } of kindRows) {
    if (!namespaced || !stored || !keep(plural)) continue;
    const names = [plural, ...subresources.map(({ name }) => `${plural}/${name}`)];
    byGroup.set(group, [...(byGroup.get(group) ?? []), ...names]);
  }
  return byGroup;
}

function rulesOver(verbs: readonly string[], keep: (plural: string) => boolean): PolicyRule[] {
  return [...namespacedResources(keep)].map(([group, resources]) => ({
    apiGroups: [group],
    resources,
    verbs: [...verbs],
  }));
}

const discoveryPaths = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/openapi',
  '/openapi/*',
  '/version',
  '/version/',
];
const healthPaths = ['/healthz', '/healthz/*', '/livez', '/livez/*', '/readyz', '/readyz/*'];

function clusterRole(name: string, rules: readonly PolicyRule[]): ClusterRole {
  return { apiVersion, kind: 'ClusterRole', metadata: { name, labels }, rules };
}

function toGroups(role: string, ...groups: readonly string[]): ClusterRoleBinding {
  return {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: role, labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: groups.map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name })),
  };
}

const viewable = (plural: string): boolean =>
  plural !== 'secrets' && plural !== 'roles' && plural !== 'rolebindings';
const editable = (plural: string): boolean => !governing.has(plural);

/** Whoever may run Pods may act as any account of the namespace anyway. */
const beAccounts: PolicyRule = { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] };

/** ClusterRoles that are always there, also before anyone has written them to the store. */
export function builtInRoles(): readonly ClusterRole[] {
  return [
    clusterRole('cluster-admin', [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ]),
    clusterRole('admin', [...rulesOver([...read, ...write], () => true), beAccounts]),
    clusterRole('edit', [
      ...rulesOver([...read, ...write], editable),
      ...rulesOver(read, viewable),
      beAccounts,
    ]),
    clusterRole('view', rulesOver(read, viewable)),
    clusterRole('system:discovery', [
      { nonResourceURLs: [...discoveryPaths, ...healthPaths], verbs: ['get'] },
    ]),
    clusterRole('system:public-info-viewer', [
      { nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'], verbs: ['get'] },
    ]),
    clusterRole('system:basic-user', [
      {
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
        verbs: ['create'],
      },
      { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
    ]),
    clusterRole('system:auth-delegator', [
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
      { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    ]),
    clusterRole('system:service-account-issuer-discovery', [
      { nonResourceURLs: issuerPaths.flatMap((path) => [path, `${path}/`]), verbs: ['get'] },
    ]),
  ];
}

/** Who has them from the start. */
export function builtInBindings(): readonly ClusterRoleBinding[] {
  return [
    toGroups('cluster-admin', 'system:masters'),
    toGroups('system:discovery', 'system:authenticated'),
    toGroups('system:basic-user', 'system:authenticated'),
    toGroups('system:public-info-viewer', 'system:authenticated', 'system:unauthenticated'),
    toGroups('system:service-account-issuer-discovery', 'system:serviceaccounts'),
  ];
}

import type { PolicyRule } from '../../api/generated/rbac-v1.js';
import { kindRows } from '../../api/kinds.js';

const change = ['create', 'delete', 'deletecollection', 'patch', 'update'];

/** Everything but Secrets, to read: what a part of the control plane may look at. */
const readAll: PolicyRule = {
  apiGroups: ['*'],
  resources: kindRows.flatMap(({ plural, subresources }) =>
    plural === 'secrets' ? [] : [plural, ...subresources.map(({ name }) => `${plural}/${name}`)],
  ),
  verbs: ['get', 'list', 'watch'],
};

const tellEvents: PolicyRule = {
  apiGroups: ['', 'events.k8s.io'],
  resources: ['events'],
  verbs: ['create', 'patch', 'update'],
};
const holdLeases: PolicyRule = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['*'] };

/** The right to change some resources of one group; `a/status` and the like have to be named. */
function writes(group: string, ...resources: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources: [...resources], verbs: change };
}

function reads(group: string, ...resources: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources: [...resources], verbs: ['get', 'list', 'watch'] };
}

const everything: PolicyRule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
const claims = ['persistentvolumeclaims', 'persistentvolumeclaims/status'];
const volumes = ['persistentvolumes', 'persistentvolumes/status'];

/** What each controller may do besides reading and telling Events. */
const controllers: { readonly [name: string]: readonly PolicyRule[] } = {
  statefulset: [
    writes('', 'pods', 'pods/status', 'persistentvolumeclaims'),
    writes('apps', 'statefulsets', 'statefulsets/status', 'statefulsets/finalizers', 'controllerrevisions'),
  ],
  deployment: [
    writes(
      'apps',
      'deployments',
      'deployments/status',
      'deployments/finalizers',
      'replicasets',
      'replicasets/status',
    ),
    writes('', 'pods'),
  ],
  replicaset: [
    writes('', 'pods', 'pods/status'),
    writes('apps', 'replicasets', 'replicasets/status', 'replicasets/finalizers'),
  ],
  replication: [
    writes(
      '',
      'pods',
      'pods/status',
      'replicationcontrollers',
      'replicationcontrollers/status',
      'replicationcontrollers/finalizers',
    ),
  ],
  daemonset: [
    writes('', 'pods', 'pods/status', 'pods/binding'),
    writes('apps', 'daemonsets', 'daemonsets/status', 'controllerrevisions'),
  ],
  job: [writes('', 'pods', 'pods/status'), writes('batch', 'jobs', 'jobs/status')],
  cronjob: [writes('batch', 'jobs', 'cronjobs', 'cronjobs/status'), writes('', 'pods')],
  endpointslice: [
    writes('discovery.k8s.io', 'endpointslices'),
    writes('', 'endpoints', 'services', 'services/status'),
  ],
  endpointslicemirroring: [writes('discovery.k8s.io', 'endpointslices')],
  endpoint: [writes('', 'endpoints')],
  'volume-binder': [writes('', ...claims, ...volumes, 'pods'), reads('storage.k8s.io', 'storageclasses')],
  'volume-provisioner': [writes('', ...claims, ...volumes), reads('storage.k8s.io', 'storageclasses')],
  'volume-protection': [writes('', ...claims, ...volumes)],
  'persistent-volume-binder': [writes('', ...claims, ...volumes, 'pods')],
  'pvc-protection': [writes('', ...claims)],
  'pv-protection': [writes('', ...volumes)],
  namespace: [everything],
  'garbage-collector': [everything],
  'generic-garbage-collector': [everything],
  'pod-garbage-collector': [writes('', 'pods', 'pods/status')],
  'system-objects': [
    writes('', 'namespaces', 'services', 'endpoints'),
    writes('discovery.k8s.io', 'endpointslices'),
  ],
  'service-account': [writes('', 'serviceaccounts')],
  serviceaccount: [writes('', 'serviceaccounts')],
  'service-account-token': [reads('', 'secrets'), writes('', 'secrets')],
  'root-ca-cert-publisher': [writes('', 'configmaps')],
  disruption: [
    writes('policy', 'poddisruptionbudgets', 'poddisruptionbudgets/status'),
    writes('', 'pods/status'),
  ],
  // Secrets are counted, too, where a quota limits their number.
  resourcequota: [writes('', 'resourcequotas/status'), reads('', 'secrets')],
  'horizontal-pod-autoscaler': [writes('autoscaling', 'horizontalpodautoscalers/status')],
  node: [writes('', 'nodes', 'nodes/status', 'pods', 'pods/status')],
  'node-lifecycle': [writes('', 'nodes', 'nodes/status', 'pods', 'pods/status')],
  'taint-eviction': [writes('', 'pods', 'pods/status')],
  event: [writes('', 'events')],
  bootstrap: [everything],
};

const nodeRules: readonly PolicyRule[] = [
  readAll,
  tellEvents,
  holdLeases,
  writes('', 'nodes', 'nodes/status', 'pods', 'pods/status', 'pods/eviction', ...claims, ...volumes),
  reads('', 'secrets'),
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
];

const schedulerRules: readonly PolicyRule[] = [
  readAll,
  tellEvents,
  holdLeases,
  writes('', 'pods', 'pods/binding', 'pods/status', 'persistentvolumeclaims', 'persistentvolumes'),
];

const operatorRules: readonly PolicyRule[] = [
  readAll,
  tellEvents,
  holdLeases,
  reads('', 'secrets'),
  writes('', 'secrets', 'configmaps', 'services', 'pods', 'pods/status', 'persistentvolumeclaims'),
  writes('apps', 'statefulsets', 'statefulsets/status'),
  writes('policy', 'poddisruptionbudgets'),
  { apiGroups: [''], resources: ['pods/portforward', 'pods/exec'], verbs: ['create', 'get'] },
];

const watchers: readonly PolicyRule[] = [readAll, tellEvents];

const named: { readonly [user: string]: readonly PolicyRule[] } = {
  'system:kube-scheduler': schedulerRules,
  'system:kube-proxy': watchers,
  'system:kube-dns': watchers,
  'system:serviceaccount:kube-system:kube-proxy': watchers,
  'system:serviceaccount:kube-system:kube-dns': watchers,
  'system:serviceaccount:kube-system:dns': watchers,
  'system:serviceaccount:kube-system:proxy': watchers,
  'system:serviceaccount:kube-system:coredns': watchers,
  'system:serviceaccount:holdfast-system:mysql-operator': operatorRules,
};

const controllerName = /^system:serviceaccount:kube-system:(.+)-controller$/;

/** What the parts of the product itself may do, by the name each of them goes under. */
export function componentRules(user: {
  readonly name: string;
  readonly groups: readonly string[];
}): readonly PolicyRule[] {
  const own = named[user.name];
  if (own !== undefined) return own;
  if (user.name.startsWith('system:node:') && user.groups.includes('system:nodes')) return nodeRules;
  const controller = controllerName.exec(user.name)?.[1];
  if (controller === undefined) return [];
  return [readAll, tellEvents, ...(controllers[controller] ?? [])];
}

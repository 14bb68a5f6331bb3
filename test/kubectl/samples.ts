import type { KubeObject } from '../../src/api/kube-object.js';

const metadata = { name: 'sample' };
const selector = { matchLabels: { app: 'sample' } };
const podSpec = { containers: [{ name: 'main', image: 'example:1' }] };
const template = { metadata: { labels: { app: 'sample' } }, spec: podSpec };
const jobTemplate = { spec: { ...podSpec, restartPolicy: 'Never' } };
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const regarding = { kind: 'Pod', namespace: 'default', name: 'sample' };
const rbac = 'rbac.authorization.k8s.io';

/** An object, without its type and name. */
type Sample = Readonly<Record<string, unknown>>;

/** What makes an object of each kind that kubectl can list, by `plural.group`. */
const bodies: Readonly<Record<string, Sample>> = {
  configmaps: { data: { colour: 'green' } },
  endpoints: { subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }] },
  events: { involvedObject: regarding, reason: 'Seen', message: 'it was seen', type: 'Normal' },
  limitranges: { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } },
  namespaces: {},
  nodes: {},
  persistentvolumeclaims: {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  persistentvolumes: {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/nowhere' } },
  },
  pods: { spec: podSpec },
  podtemplates: { template },
  replicationcontrollers: { spec: { selector: selector.matchLabels, template } },
  resourcequotas: { spec: { hard: { pods: '3' } } },
  secrets: { stringData: { password: 'x' } },
  serviceaccounts: {},
  services: { spec: { ports: [{ port: 80 }] } },
  'controllerrevisions.apps': { revision: 1, data: {} },
  'daemonsets.apps': { spec: { selector, template } },
  'deployments.apps': { spec: { selector, template } },
  'replicasets.apps': { spec: { selector, template } },
  'statefulsets.apps': { spec: { serviceName: 'sample', selector, template } },
  'horizontalpodautoscalers.autoscaling': {
    spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'sample' } },
  },
  'cronjobs.batch': {
    spec: { schedule: '0 0 * * *', suspend: true, jobTemplate: { spec: { template: jobTemplate } } },
  },
  'jobs.batch': { spec: { template: jobTemplate } },
  'leases.coordination.k8s.io': { spec: { holderIdentity: 'me', leaseDurationSeconds: 15 } },
  'endpointslices.discovery.k8s.io': {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.1'] }],
    ports: [{ port: 80 }],
  },
  'events.events.k8s.io': {
    metadata: { name: 'newer' },
    ...{ regarding, reason: 'Seen', note: 'it was seen', type: 'Normal', action: 'Look' },
    ...{
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'example.com/me',
      reportingInstance: 'me-1',
    },
  },
  'ingressclasses.networking.k8s.io': { spec: { controller: 'example.com/controller' } },
  'ingresses.networking.k8s.io': {
    spec: { defaultBackend: { service: { name: 'sample', port: { number: 80 } } } },
  },
  'ipaddresses.networking.k8s.io': {
    metadata: { name: '192.0.2.7' },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'sample' } },
  },
  'networkpolicies.networking.k8s.io': { spec: { podSelector: selector } },
  'servicecidrs.networking.k8s.io': { spec: { cidrs: ['192.0.2.0/24'] } },
  'poddisruptionbudgets.policy': { spec: { minAvailable: 1, selector } },
  [`clusterrolebindings.${rbac}`]: { roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'sample' } },
  [`clusterroles.${rbac}`]: { rules },
  [`rolebindings.${rbac}`]: { roleRef: { apiGroup: rbac, kind: 'Role', name: 'sample' } },
  [`roles.${rbac}`]: { rules },
  'priorityclasses.scheduling.k8s.io': { value: 7 },
  'csidrivers.storage.k8s.io': { metadata: { name: 'csi.example.com' }, spec: { attachRequired: false } },
  'csinodes.storage.k8s.io': { spec: { drivers: [] } },
  'csistoragecapacities.storage.k8s.io': { storageClassName: 'sample', capacity: '1Gi' },
  'storageclasses.storage.k8s.io': { provisioner: 'example.com/provisioner' },
  'volumeattachments.storage.k8s.io': {
    spec: { attacher: 'csi.example.com', nodeName: 'node-0', source: { persistentVolumeName: 'sample' } },
  },
  'volumeattributesclasses.storage.k8s.io': { driverName: 'csi.example.com', parameters: { speed: 'high' } },
};

/** Kinds that nobody makes: they are there. */
export const givenKinds: Readonly<Record<string, string>> = { componentstatuses: 'etcd-0' };

/** An object of a kind that is served; fails for a kind without a sample, which has to be written then. */
export function sampleOf(resource: string, apiVersion: string, kind: string): KubeObject {
  const body = bodies[resource];
  if (body === undefined)
    throw new Error(`there is no sample of ${resource}: write one in test/kubectl/samples.ts`);
  return { apiVersion, kind, metadata, ...body };
}

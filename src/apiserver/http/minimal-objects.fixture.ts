import type { KindRow } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';

type Fields = { readonly [field: string]: unknown };

/** What a kind needs besides its name to be valid, and a merge patch by which it can be changed. */
export interface Minimal {
  readonly fields: Fields;
  readonly change: Fields;
}

const container = { name: 'main', image: 'busybox' };
const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [container] } };
const selector = { matchLabels: { app: 'a' } };
const jobTemplate = { spec: { ...template.spec, restartPolicy: 'Never' } };
const labelled: Fields = { metadata: { labels: { changed: 'yes' } } };
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
const csi = { driver: 'csi.example.com', volumeHandle: 'v' };

/** By `group/version/plural`: an object of every kind that is stored. */
export const minimalObjects: { readonly [resource: string]: Minimal } = {
  '/v1/configmaps': { fields: {}, change: { data: { a: 'b' } } },
  '/v1/endpoints': { fields: {}, change: labelled },
  '/v1/events': { fields: { involvedObject: { namespace: 'default' } }, change: { message: 'changed' } },
  '/v1/limitranges': { fields: { spec: { limits: [{ type: 'Pod' }] } }, change: labelled },
  '/v1/namespaces': { fields: {}, change: labelled },
  '/v1/nodes': { fields: {}, change: { spec: { unschedulable: true } } },
  '/v1/persistentvolumes': {
    fields: { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], csi } },
    change: { spec: { persistentVolumeReclaimPolicy: 'Delete' } },
  },
  '/v1/persistentvolumeclaims': {
    fields: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    change: labelled,
  },
  '/v1/pods': { fields: { spec: { containers: [container] } }, change: labelled },
  '/v1/podtemplates': { fields: { template }, change: labelled },
  '/v1/replicationcontrollers': {
    fields: { spec: { selector: { app: 'a' }, template } },
    change: { spec: { replicas: 2 } },
  },
  '/v1/resourcequotas': {
    fields: { spec: { hard: { pods: '1' } } },
    change: { spec: { hard: { pods: '2' } } },
  },
  '/v1/secrets': { fields: {}, change: { data: { a: 'Yg==' } } },
  '/v1/services': { fields: { spec: { ports: [{ port: 80 }] } }, change: labelled },
  '/v1/serviceaccounts': { fields: {}, change: { automountServiceAccountToken: false } },
  'apps/v1/controllerrevisions': { fields: { revision: 1, data: {} }, change: { revision: 2 } },
  'apps/v1/daemonsets': {
    fields: { spec: { selector, template } },
    change: { spec: { minReadySeconds: 1 } },
  },
  'apps/v1/deployments': { fields: { spec: { selector, template } }, change: { spec: { replicas: 2 } } },
  'apps/v1/replicasets': { fields: { spec: { selector, template } }, change: { spec: { replicas: 2 } } },
  'apps/v1/statefulsets': {
    fields: { spec: { serviceName: 's', selector, template } },
    change: { spec: { replicas: 2 } },
  },
  'autoscaling/v1/horizontalpodautoscalers': {
    fields: {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, maxReplicas: 2 },
    },
    change: { spec: { maxReplicas: 3 } },
  },
  'autoscaling/v2/horizontalpodautoscalers': {
    fields: {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, maxReplicas: 2 },
    },
    change: { spec: { maxReplicas: 3 } },
  },
  'batch/v1/cronjobs': {
    fields: { spec: { schedule: '* * * * *', jobTemplate: { spec: { template: jobTemplate } } } },
    change: { spec: { suspend: true } },
  },
  'batch/v1/jobs': { fields: { spec: { template: jobTemplate } }, change: { spec: { parallelism: 2 } } },
  'coordination.k8s.io/v1/leases': { fields: {}, change: { spec: { holderIdentity: 'me' } } },
  'discovery.k8s.io/v1/endpointslices': {
    fields: { addressType: 'IPv4', endpoints: [] },
    change: { ports: [{ name: 'a', port: 80 }] },
  },
  'events.k8s.io/v1/events': {
    fields: {
      eventTime: '2026-11-22T10:00:00.000000Z',
      regarding: { namespace: 'default' },
      reason: 'Tested',
      action: 'Test',
      type: 'Normal',
      reportingController: 'example.com/test',
      reportingInstance: 'test-0',
    },
    change: labelled,
  },
  'networking.k8s.io/v1/ingresses': {
    fields: { spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } } },
    change: { spec: { ingressClassName: 'c' } },
  },
  'networking.k8s.io/v1/ingressclasses': {
    fields: { spec: { controller: 'example.com/c' } },
    change: labelled,
  },
  'networking.k8s.io/v1/ipaddresses': {
    fields: { spec: { parentRef: { resource: 'services', name: 's', namespace: 'default' } } },
    change: labelled,
  },
  'networking.k8s.io/v1/servicecidrs': { fields: { spec: { cidrs: ['10.100.0.0/24'] } }, change: labelled },
  'networking.k8s.io/v1/networkpolicies': {
    fields: { spec: { podSelector: {} } },
    change: { spec: { policyTypes: ['Ingress', 'Egress'] } },
  },
  'policy/v1/poddisruptionbudgets': {
    fields: { spec: { minAvailable: 1, selector } },
    change: { spec: { minAvailable: 2 } },
  },
  'rbac.authorization.k8s.io/v1/clusterroles': { fields: { rules }, change: { rules: [] } },
  'rbac.authorization.k8s.io/v1/clusterrolebindings': { fields: { roleRef }, change: labelled },
  'rbac.authorization.k8s.io/v1/roles': { fields: { rules }, change: { rules: [] } },
  'rbac.authorization.k8s.io/v1/rolebindings': { fields: { roleRef }, change: labelled },
  'scheduling.k8s.io/v1/priorityclasses': { fields: { value: 1 }, change: { description: 'changed' } },
  'storage.k8s.io/v1/csidrivers': { fields: { spec: {} }, change: labelled },
  'storage.k8s.io/v1/csinodes': { fields: { spec: { drivers: [] } }, change: labelled },
  'storage.k8s.io/v1/csistoragecapacities': {
    fields: { storageClassName: 'c' },
    change: { capacity: '1Gi' },
  },
  'storage.k8s.io/v1/storageclasses': {
    fields: { provisioner: 'example.com/p' },
    change: { allowVolumeExpansion: true },
  },
  'storage.k8s.io/v1/volumeattributesclasses': {
    fields: { driverName: 'csi.example.com', parameters: { a: 'b' } },
    change: labelled,
  },
  'storage.k8s.io/v1/volumeattachments': {
    fields: { spec: { attacher: 'a.example.com', nodeName: 'n', source: { persistentVolumeName: 'v' } } },
    change: labelled,
  },
};

/** The key of a kind in the table above. */
export function resourceKey({ group, version, plural }: KindRow): string {
  return `${group}/${version}/${plural}`;
}

/** A new object of a kind; throws when the table above has none. */
export function minimalObject(kind: KindRow, name: string): KubeObject {
  const minimal = minimalObjects[resourceKey(kind)];
  if (minimal === undefined)
    throw new Error(`minimal-objects.fixture.ts has no row for ${resourceKey(kind)}`);
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const metadata = { name, ...(kind.namespaced && { namespace: 'default' }), labels: { of: name } };
  return { apiVersion, kind: kind.kind, metadata, ...minimal.fields };
}

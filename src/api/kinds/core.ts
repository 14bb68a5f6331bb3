import type {
  Binding,
  ComponentStatus,
  ConfigMap,
  Endpoints,
  Event,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodTemplate,
  ReplicationController,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
} from '../generated/core-v1.js';
import { type RowGroup, row, type SubresourceRow, scale, status, subresource } from './row.js';

const core: RowGroup = { group: '', version: 'v1', module: 'core-v1' };

const ofPods: readonly SubresourceRow[] = [
  subresource('attach', 'PodAttachOptions', ['create', 'get']),
  subresource('binding', 'Binding', ['create']),
  subresource('ephemeralcontainers', 'Pod', ['get', 'patch', 'update']),
  { name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  subresource('exec', 'PodExecOptions', ['create', 'get']),
  subresource('log', 'Pod', ['get']),
  subresource('portforward', 'PodPortForwardOptions', ['create', 'get']),
  subresource('resize', 'Pod', ['get', 'patch', 'update']),
  status(core, 'Pod'),
];

const ofServiceAccounts: readonly SubresourceRow[] = [
  { name: 'token', group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] },
];

/** Kinds of core/v1. */
export const coreKinds = {
  Binding: row<Binding>(core, 'Binding', { plural: 'bindings', createOnly: true }),
  ComponentStatus: row<ComponentStatus>(core, 'ComponentStatus', {
    plural: 'componentstatuses',
    clusterWide: true,
    shortNames: ['cs'],
    readOnly: true,
    deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  }),
  ConfigMap: row<ConfigMap>(core, 'ConfigMap', { plural: 'configmaps', shortNames: ['cm'] }),
  Endpoints: row<Endpoints>(core, 'Endpoints', {
    plural: 'endpoints',
    shortNames: ['ep'],
    deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  }),
  Event: row<Event>(core, 'Event', { plural: 'events', shortNames: ['ev'] }),
  LimitRange: row<LimitRange>(core, 'LimitRange', { plural: 'limitranges', shortNames: ['limits'] }),
  Namespace: row<Namespace>(core, 'Namespace', {
    plural: 'namespaces',
    clusterWide: true,
    shortNames: ['ns'],
    without: ['deletecollection'],
    subresources: [subresource('finalize', 'Namespace', ['update']), status(core, 'Namespace')],
  }),
  Node: row<Node>(core, 'Node', {
    plural: 'nodes',
    clusterWide: true,
    shortNames: ['no'],
    subresources: [status(core, 'Node')],
  }),
  PersistentVolume: row<PersistentVolume>(core, 'PersistentVolume', {
    plural: 'persistentvolumes',
    clusterWide: true,
    shortNames: ['pv'],
    subresources: [status(core, 'PersistentVolume')],
  }),
  PersistentVolumeClaim: row<PersistentVolumeClaim>(core, 'PersistentVolumeClaim', {
    plural: 'persistentvolumeclaims',
    shortNames: ['pvc'],
    subresources: [status(core, 'PersistentVolumeClaim')],
  }),
  Pod: row<Pod>(core, 'Pod', { plural: 'pods', shortNames: ['po'], inAll: true, subresources: ofPods }),
  PodTemplate: row<PodTemplate>(core, 'PodTemplate', { plural: 'podtemplates' }),
  ReplicationController: row<ReplicationController>(core, 'ReplicationController', {
    plural: 'replicationcontrollers',
    shortNames: ['rc'],
    inAll: true,
    subresources: [scale, status(core, 'ReplicationController')],
  }),
  ResourceQuota: row<ResourceQuota>(core, 'ResourceQuota', {
    plural: 'resourcequotas',
    shortNames: ['quota'],
    subresources: [status(core, 'ResourceQuota')],
  }),
  Secret: row<Secret>(core, 'Secret', { plural: 'secrets' }),
  Service: row<Service>(core, 'Service', {
    plural: 'services',
    shortNames: ['svc'],
    inAll: true,
    subresources: [status(core, 'Service')],
  }),
  ServiceAccount: row<ServiceAccount>(core, 'ServiceAccount', {
    plural: 'serviceaccounts',
    shortNames: ['sa'],
    subresources: ofServiceAccounts,
  }),
} as const;

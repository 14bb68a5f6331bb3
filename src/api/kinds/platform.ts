import type { CustomResourceDefinition } from '../generated/apiextensions-v1.js';
import type { SelfSubjectReview, TokenReview } from '../generated/authentication-v1.js';
import type {
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
} from '../generated/authorization-v1.js';
import type { Lease } from '../generated/coordination-v1.js';
import type { EndpointSlice } from '../generated/discovery-v1.js';
import type { Event as EventV1 } from '../generated/events-v1.js';
import type {
  Ingress,
  IngressClass,
  IPAddress,
  NetworkPolicy,
  ServiceCIDR,
} from '../generated/networking-v1.js';
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '../generated/rbac-v1.js';
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
  VolumeAttributesClass,
} from '../generated/storage-v1.js';
import { type RowGroup, row, status } from './row.js';

const group = (name: string, suffix: string): RowGroup => ({
  group: `${name}${suffix}`,
  version: 'v1',
  module: `${name}-v1`,
});
const apiextensions = group('apiextensions', '.k8s.io');
const authentication = group('authentication', '.k8s.io');
const authorization = group('authorization', '.k8s.io');
const coordination = group('coordination', '.k8s.io');
const discovery = group('discovery', '.k8s.io');
const events = group('events', '.k8s.io');
const networking = group('networking', '.k8s.io');
const rbac = group('rbac', '.authorization.k8s.io');
const storage = group('storage', '.k8s.io');

const review = { createOnly: true, clusterWide: true };

/** Who may do what. */
export const accessKinds = {
  SelfSubjectReview: row<SelfSubjectReview>(authentication, 'SelfSubjectReview', {
    plural: 'selfsubjectreviews',
    ...review,
  }),
  TokenReview: row<TokenReview>(authentication, 'TokenReview', { plural: 'tokenreviews', ...review }),
  LocalSubjectAccessReview: row<LocalSubjectAccessReview>(authorization, 'LocalSubjectAccessReview', {
    plural: 'localsubjectaccessreviews',
    createOnly: true,
  }),
  SelfSubjectAccessReview: row<SelfSubjectAccessReview>(authorization, 'SelfSubjectAccessReview', {
    plural: 'selfsubjectaccessreviews',
    ...review,
  }),
  SelfSubjectRulesReview: row<SelfSubjectRulesReview>(authorization, 'SelfSubjectRulesReview', {
    plural: 'selfsubjectrulesreviews',
    ...review,
  }),
  SubjectAccessReview: row<SubjectAccessReview>(authorization, 'SubjectAccessReview', {
    plural: 'subjectaccessreviews',
    ...review,
  }),
  ClusterRole: row<ClusterRole>(rbac, 'ClusterRole', { plural: 'clusterroles', clusterWide: true }),
  ClusterRoleBinding: row<ClusterRoleBinding>(rbac, 'ClusterRoleBinding', {
    plural: 'clusterrolebindings',
    clusterWide: true,
  }),
  Role: row<Role>(rbac, 'Role', { plural: 'roles' }),
  RoleBinding: row<RoleBinding>(rbac, 'RoleBinding', { plural: 'rolebindings' }),
} as const;

/** Networking, storage, and what the parts of the cluster tell one another. */
export const platformKinds = {
  Lease: row<Lease>(coordination, 'Lease', { plural: 'leases' }),
  EndpointSlice: row<EndpointSlice>(discovery, 'EndpointSlice', { plural: 'endpointslices' }),
  /** The newer face of Event; one object behind both. */
  EventV1: row<EventV1>(events, 'Event', {
    plural: 'events',
    shortNames: ['ev'],
    storage: { group: '', version: 'v1', plural: 'events' },
  }),
  Ingress: row<Ingress>(networking, 'Ingress', {
    plural: 'ingresses',
    shortNames: ['ing'],
    subresources: [status(networking, 'Ingress')],
  }),
  IngressClass: row<IngressClass>(networking, 'IngressClass', {
    plural: 'ingressclasses',
    clusterWide: true,
  }),
  NetworkPolicy: row<NetworkPolicy>(networking, 'NetworkPolicy', {
    plural: 'networkpolicies',
    shortNames: ['netpol'],
  }),
  IPAddress: row<IPAddress>(networking, 'IPAddress', {
    plural: 'ipaddresses',
    clusterWide: true,
    shortNames: ['ip'],
  }),
  ServiceCIDR: row<ServiceCIDR>(networking, 'ServiceCIDR', {
    plural: 'servicecidrs',
    clusterWide: true,
    subresources: [status(networking, 'ServiceCIDR')],
  }),
  CSIDriver: row<CSIDriver>(storage, 'CSIDriver', { plural: 'csidrivers', clusterWide: true }),
  CSINode: row<CSINode>(storage, 'CSINode', { plural: 'csinodes', clusterWide: true }),
  CSIStorageCapacity: row<CSIStorageCapacity>(storage, 'CSIStorageCapacity', {
    plural: 'csistoragecapacities',
  }),
  StorageClass: row<StorageClass>(storage, 'StorageClass', {
    plural: 'storageclasses',
    clusterWide: true,
    shortNames: ['sc'],
  }),
  VolumeAttachment: row<VolumeAttachment>(storage, 'VolumeAttachment', {
    plural: 'volumeattachments',
    clusterWide: true,
    subresources: [status(storage, 'VolumeAttachment')],
  }),
  VolumeAttributesClass: row<VolumeAttributesClass>(storage, 'VolumeAttributesClass', {
    plural: 'volumeattributesclasses',
    clusterWide: true,
    shortNames: ['vac'],
  }),
  /** None can be made; kubectl asks for the list before it creates what it cannot patch. */
  CustomResourceDefinition: row<CustomResourceDefinition>(apiextensions, 'CustomResourceDefinition', {
    plural: 'customresourcedefinitions',
    clusterWide: true,
    shortNames: ['crd', 'crds'],
    readOnly: true,
  }),
} as const;

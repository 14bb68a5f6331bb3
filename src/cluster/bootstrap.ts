import { deepEqual } from '../api/deep.js';
import type { Endpoints, Namespace, Service } from '../api/generated/core-v1.js';
import type { EndpointSlice } from '../api/generated/discovery-v1.js';
import type { PriorityClass } from '../api/generated/scheduling-v1.js';
import type { StorageClass } from '../api/generated/storage-v1.js';
import { kinds } from '../api/kinds.js';
import type { KindRef, KubeObject } from '../api/kube-object.js';
import { isNotFound } from '../api/status-error.js';
import type { Client } from '../client/client.js';
import type { SystemObject } from '../controllers/system-objects/index.js';

/** Where Pods reach the API server. */
export interface ApiAddress {
  readonly ip: string;
  readonly port: number;
}

/** Where Pods reach Service `kubernetes`: the first address of the Service range. */
const serviceIp = '10.96.0.1';

const namespaceNames = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Name of the provisioner behind class `standard`. */
const provisioner = 'holdfast.dev/directory';

const standardClass: StorageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
  // A directory takes what the file system has.
  allowVolumeExpansion: true,
};

const priorities: readonly PriorityClass[] = [
  priority(
    'system-cluster-critical',
    2_000_000_000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ),
  priority(
    'system-node-critical',
    2_000_001_000,
    'Used for system critical pods that must not be moved from their current node.',
  ),
];

function priority(name: string, value: number, description: string): PriorityClass {
  return {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description,
  };
}

function namespace(name: string): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

const apiMetadata = { name: 'kubernetes', namespace: 'default' };
const apiLabels = { component: 'apiserver', provider: 'kubernetes' };

function apiService(clusterIP: string): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...apiMetadata, labels: apiLabels },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  };
}

function apiSlice({ ip, port }: ApiAddress): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...apiMetadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  };
}

function apiEndpoints({ ip, port }: ApiAddress): Endpoints {
  const subsets = [{ addresses: [{ ip }], ports: [{ name: 'https', port, protocol: 'TCP' }] }];
  // Its slice is made here as well.
  const labels = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  return { apiVersion: 'v1', kind: 'Endpoints', metadata: { ...apiMetadata, labels }, subsets };
}

/**
 * The objects that every cluster has and cannot do without: they are made again when they go. Without an address of the API
 * Service `kubernetes` has no endpoints.
 */
export function systemObjects(apiAddress: ApiAddress | undefined): readonly SystemObject[] {
  return [
    ...namespaceNames.map((name) => ({ kind: kinds.Namespace, object: namespace(name) })),
    { kind: kinds.Service, object: apiService(serviceIp) },
    ...(apiAddress === undefined
      ? []
      : [
          { kind: kinds.EndpointSlice, object: apiSlice(apiAddress) },
          { kind: kinds.Endpoints, object: apiEndpoints(apiAddress) },
        ]),
  ];
}

/** Makes what is missing of the objects that every cluster has; what is there stays as its users made it. */
export async function bootstrap(client: Client, apiAddress: ApiAddress | undefined): Promise<void> {
  for (const name of namespaceNames) await ensure(client, kinds.Namespace, namespace(name));
  await ensure(client, kinds.StorageClass, standardClass);
  for (const object of priorities) await ensure(client, kinds.PriorityClass, object);
  await ensure(client, kinds.Service, apiService(serviceIp));
  if (apiAddress === undefined) return;
  await enforceAddress(client, apiAddress);
}

/** Asks first: a Service that is created again would be refused for the address that it has already. */
async function ensure<T extends KubeObject>(client: Client, kind: KindRef<T>, object: T): Promise<void> {
  const key = { namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' };
  try {
    await client.get(kind, key);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await client.create(kind, object);
  }
}

/** The address may be another one than at the last start. */
async function enforceAddress(client: Client, address: ApiAddress): Promise<void> {
  const slice = apiSlice(address);
  await ensure(client, kinds.EndpointSlice, slice);
  await client.modify(kinds.EndpointSlice, apiMetadata, (current) => {
    const right = deepEqual(current.endpoints, slice.endpoints) && deepEqual(current.ports, slice.ports);
    return right ? undefined : { ...current, endpoints: slice.endpoints, ports: slice.ports };
  });
  const endpoints = apiEndpoints(address);
  await ensure(client, kinds.Endpoints, endpoints);
  await client.modify(kinds.Endpoints, apiMetadata, (current) => {
    const labels = { ...current.metadata?.labels, ...endpoints.metadata?.labels };
    const right =
      deepEqual(current.subsets, endpoints.subsets) && deepEqual(current.metadata?.labels, labels);
    return right
      ? undefined
      : { ...current, metadata: { ...current.metadata, labels }, subsets: endpoints.subsets };
  });
}

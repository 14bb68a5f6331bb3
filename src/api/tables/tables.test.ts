import { describe, expect, it } from 'vitest';
import { kindRows } from '../kinds.js';
import type { KubeObject } from '../kube-object.js';
import { tableFor } from './index.js';

type Loose = KubeObject & { readonly [field: string]: unknown };

const now = Date.parse('2026-01-01T01:00:00Z');
const metadata = { name: 'x', namespace: 'default', creationTimestamp: '2026-01-01T00:55:00Z' };
const terminating = { ...metadata, deletionTimestamp: '2026-01-01T00:59:59Z' };

function cells(group: string, kind: string, object: Loose): Record<string, unknown> {
  const table = tableFor({ group, kind }, [object], now);
  const values = table.rows[0]?.cells ?? [];
  expect(values).toHaveLength(table.columnDefinitions.length);
  return Object.fromEntries(table.columnDefinitions.map(({ name }, index) => [name, values[index]]));
}

describe('columns', () => {
  it.each([
    ['', 'Pod', 'Name Ready Status Restarts Age', 'IP Node Nominated_Node Readiness_Gates'],
    ['', 'Service', 'Name Type Cluster-IP External-IP Port(s) Age', 'Selector'],
    [
      '',
      'PersistentVolumeClaim',
      'Name Status Volume Capacity Access_Modes StorageClass VolumeAttributesClass Age',
      'VolumeMode',
    ],
    [
      '',
      'PersistentVolume',
      'Name Capacity Access_Modes Reclaim_Policy Status Claim StorageClass VolumeAttributesClass Reason Age',
      'VolumeMode',
    ],
    [
      '',
      'Node',
      'Name Status Roles Age Version',
      'Internal-IP External-IP OS-Image Kernel-Version Container-Runtime',
    ],
    ['', 'Namespace', 'Name Status Age', ''],
    ['', 'ConfigMap', 'Name Data Age', ''],
    ['', 'Secret', 'Name Type Data Age', ''],
    ['', 'ServiceAccount', 'Name Secrets Age', ''],
    ['', 'Endpoints', 'Name Endpoints Age', ''],
    ['', 'Event', 'Last_Seen Type Reason Object Message', 'Subobject Source First_Seen Count Name'],
    [
      'events.k8s.io',
      'Event',
      'Last_Seen Type Reason Object Message',
      'Subobject Source First_Seen Count Name',
    ],
    ['apps', 'StatefulSet', 'Name Ready Age', 'Containers Images'],
    ['apps', 'Deployment', 'Name Ready Up-to-date Available Age', 'Containers Images Selector'],
    ['apps', 'ReplicaSet', 'Name Desired Current Ready Age', 'Containers Images Selector'],
    [
      'apps',
      'DaemonSet',
      'Name Desired Current Ready Up-to-date Available Node_Selector Age',
      'Containers Images Selector',
    ],
    ['apps', 'ControllerRevision', 'Name Controller Revision Age', ''],
    ['batch', 'Job', 'Name Status Completions Duration Age', 'Containers Images Selector'],
    [
      'batch',
      'CronJob',
      'Name Schedule Timezone Suspend Active Last_Schedule Age',
      'Containers Images Selector',
    ],
    [
      'storage.k8s.io',
      'StorageClass',
      'Name Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age',
      '',
    ],
    ['discovery.k8s.io', 'EndpointSlice', 'Name AddressType Ports Endpoints Age', ''],
    ['coordination.k8s.io', 'Lease', 'Name Holder Age', ''],
    ['policy', 'PodDisruptionBudget', 'Name Min_Available Max_Unavailable Allowed_Disruptions Age', ''],
    ['scheduling.k8s.io', 'PriorityClass', 'Name Value Global-Default Age PreemptionPolicy', ''],
    ['rbac.authorization.k8s.io', 'Role', 'Name Created_At', ''],
    ['rbac.authorization.k8s.io', 'RoleBinding', 'Name Role Age', 'Users Groups ServiceAccounts'],
    ['rbac.authorization.k8s.io', 'ClusterRoleBinding', 'Name Role Age', 'Users Groups ServiceAccounts'],
    ['', 'ComponentStatus', 'Name Status Message Error', ''],
    ['', 'LimitRange', 'Name Created_At', ''],
    ['', 'PodTemplate', 'Name Containers Images Pod_Labels', ''],
    ['', 'ReplicationController', 'Name Desired Current Ready Age', 'Containers Images Selector'],
    ['', 'ResourceQuota', 'Name Request Limit Age', ''],
    ['autoscaling', 'HorizontalPodAutoscaler', 'Name Reference Targets MinPods MaxPods Replicas Age', ''],
    ['networking.k8s.io', 'Ingress', 'Name Class Hosts Address Ports Age', ''],
    ['networking.k8s.io', 'IngressClass', 'Name Controller Parameters Age', ''],
    ['networking.k8s.io', 'IPAddress', 'Name ParentRef', ''],
    ['networking.k8s.io', 'NetworkPolicy', 'Name Pod-Selector Age', ''],
    ['networking.k8s.io', 'ServiceCIDR', 'Name CIDRs Age', ''],
    ['rbac.authorization.k8s.io', 'ClusterRole', 'Name Created_At', ''],
    [
      'storage.k8s.io',
      'CSIDriver',
      'Name AttachRequired PodInfoOnMount StorageCapacity TokenRequests RequiresRepublish Modes Age',
      '',
    ],
    ['storage.k8s.io', 'CSINode', 'Name Drivers Age', ''],
    ['storage.k8s.io', 'CSIStorageCapacity', 'Name StorageClassName Capacity', ''],
    ['storage.k8s.io', 'VolumeAttachment', 'Name Attacher PV Node Attached Age', ''],
    ['storage.k8s.io', 'VolumeAttributesClass', 'Name DriverName Age', ''],
    ['example.com', 'Thing', 'Name Age', ''],
  ])('of %s %s', (group, kind, narrow, wide) => {
    const { columnDefinitions } = tableFor({ group, kind }, [], now);
    const names = (priority: number): string =>
      columnDefinitions
        .filter((column) => column.priority === priority)
        .map(({ name }) => name.replaceAll(' ', '_'))
        .join(' ');
    expect([names(0), names(1)]).toEqual([narrow, wide]);
  });
});

const running = { running: { startedAt: '2026-01-01T00:56:00Z' } };
const ended = (exitCode: number, reason = ''): object => ({
  terminated: { exitCode, reason, finishedAt: '2026-01-01T00:55:00Z' },
});
const waiting = (reason: string): object => ({ waiting: { reason } });
const spec = { containers: [{ name: 'a' }, { name: 'b' }], initContainers: [{ name: 'i' }, { name: 'j' }] };

interface PodCase {
  readonly name: string;
  readonly pod: Loose;
  readonly want: { readonly Ready?: string; readonly Status?: string; readonly Restarts?: string };
}

const pods: readonly PodCase[] = [
  {
    name: 'new',
    pod: { metadata, spec, status: { phase: 'Pending' } },
    want: { Ready: '0/2', Status: 'Pending', Restarts: '0' },
  },
  {
    name: 'initializing',
    pod: {
      metadata,
      spec,
      status: {
        phase: 'Pending',
        initContainerStatuses: [
          { name: 'i', state: ended(0) },
          { name: 'j', state: running },
        ],
        containerStatuses: [{ name: 'a', state: waiting('PodInitializing') }],
      },
    },
    want: { Status: 'Init:1/2' },
  },
  {
    name: 'init failed',
    pod: {
      metadata,
      spec,
      status: {
        phase: 'Pending',
        initContainerStatuses: [
          { name: 'i', restartCount: 3, state: waiting('CrashLoopBackOff'), lastState: ended(1, 'Error') },
        ],
      },
    },
    want: { Status: 'Init:CrashLoopBackOff', Restarts: '3 (5m ago)' },
  },
  {
    name: 'init error',
    pod: {
      metadata,
      spec,
      status: { phase: 'Pending', initContainerStatuses: [{ name: 'i', state: ended(2) }] },
    },
    want: { Status: 'Init:ExitCode:2' },
  },
  {
    name: 'running',
    pod: {
      metadata,
      spec,
      status: {
        phase: 'Running',
        containerStatuses: [
          { name: 'a', ready: true, state: running },
          { name: 'b', ready: false, state: running },
        ],
      },
    },
    want: { Ready: '1/2', Status: 'Running', Restarts: '0' },
  },
  {
    name: 'restarting',
    pod: {
      metadata,
      spec,
      status: {
        phase: 'Running',
        containerStatuses: [
          { name: 'a', restartCount: 2, state: waiting('CrashLoopBackOff'), lastState: ended(1, 'Error') },
        ],
      },
    },
    want: { Status: 'CrashLoopBackOff', Restarts: '2 (5m ago)' },
  },
  {
    name: 'completed',
    pod: {
      metadata,
      spec,
      status: { phase: 'Succeeded', containerStatuses: [{ name: 'a', state: ended(0, 'Completed') }] },
    },
    want: { Ready: '0/2', Status: 'Completed' },
  },
  {
    name: 'half completed',
    pod: {
      metadata,
      spec,
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [
          { name: 'a', state: ended(0, 'Completed') },
          { name: 'b', ready: true, state: running },
        ],
      },
    },
    want: { Ready: '1/2', Status: 'NotReady' },
  },
  {
    name: 'evicted',
    pod: { metadata, spec, status: { phase: 'Failed', reason: 'Evicted' } },
    want: { Status: 'Evicted' },
  },
  {
    name: 'terminating',
    pod: {
      metadata: terminating,
      spec,
      status: { phase: 'Running', containerStatuses: [{ name: 'a', ready: true, state: running }] },
    },
    want: { Status: 'Terminating', Ready: '1/2' },
  },
  {
    name: 'terminating when done',
    pod: {
      metadata: terminating,
      spec,
      status: { phase: 'Succeeded', containerStatuses: [{ name: 'a', state: ended(0, 'Completed') }] },
    },
    want: { Status: 'Completed' },
  },
  {
    name: 'with a sidecar',
    pod: {
      metadata,
      spec: { ...spec, initContainers: [{ name: 's', restartPolicy: 'Always' }] },
      status: {
        phase: 'Running',
        initContainerStatuses: [{ name: 's', started: true, ready: true, state: running }],
        containerStatuses: [
          { name: 'a', ready: true, state: running },
          { name: 'b', ready: true, state: running },
        ],
      },
    },
    want: { Ready: '3/3', Status: 'Running' },
  },
  {
    name: 'gated',
    pod: {
      metadata,
      spec,
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
      },
    },
    want: { Status: 'SchedulingGated' },
  },
];

describe('Pods', () => {
  it.each(pods)('$name', ({ pod, want }) => {
    expect(cells('', 'Pod', pod)).toMatchObject(want);
  });

  it('show where they are with -o wide', () => {
    const pod = {
      metadata,
      spec: { containers: [], nodeName: 'node-0', readinessGates: [{ conditionType: 'g' }] },
      status: { podIP: '10.244.0.7', conditions: [{ type: 'g', status: 'True' }] },
    };
    expect(cells('', 'Pod', pod)).toMatchObject({
      Age: '5m',
      IP: '10.244.0.7',
      Node: 'node-0',
      'Nominated Node': '<none>',
      'Readiness Gates': '1/1',
    });
  });
});

const template = {
  spec: {
    containers: [
      { name: 'mysql', image: 'mysql:8' },
      { name: 'b', image: 'c' },
    ],
  },
};

describe('rows', () => {
  it.each<readonly [string, string, Loose, object]>([
    [
      '',
      'Service',
      {
        metadata,
        spec: {
          type: 'ClusterIP',
          clusterIP: 'None',
          ports: [{ port: 3306, protocol: 'TCP' }],
          selector: { b: '2', a: '1' },
        },
      },
      { 'Cluster-IP': 'None', 'External-IP': '<none>', 'Port(s)': '3306/TCP', Selector: 'a=1,b=2' },
    ],
    [
      '',
      'Service',
      {
        metadata,
        spec: {
          type: 'NodePort',
          clusterIP: '10.96.0.1',
          ports: [
            { port: 80, nodePort: 30080, protocol: 'TCP' },
            { port: 53, protocol: 'UDP' },
          ],
        },
      },
      { 'Port(s)': '80:30080/TCP,53/UDP', Selector: '<none>' },
    ],
    [
      '',
      'Service',
      { metadata, spec: { type: 'ExternalName', externalName: 'example.com' } },
      { 'Cluster-IP': '<none>', 'External-IP': 'example.com', 'Port(s)': '<none>' },
    ],
    ['', 'Service', { metadata, spec: { type: 'LoadBalancer' } }, { 'External-IP': '<pending>' }],
    [
      'apps',
      'StatefulSet',
      { metadata, spec: { replicas: 3, template }, status: { readyReplicas: 2 } },
      { Ready: '2/3', Containers: 'mysql,b', Images: 'mysql:8,c' },
    ],
    [
      'apps',
      'Deployment',
      {
        metadata,
        spec: { replicas: 2, selector: { matchLabels: { a: 'b' } }, template },
        status: { readyReplicas: 1, updatedReplicas: 2 },
      },
      { Ready: '1/2', 'Up-to-date': 2, Available: 0, Selector: 'a=b' },
    ],
    [
      '',
      'PersistentVolumeClaim',
      {
        metadata,
        spec: { volumeName: 'pv', storageClassName: 'standard', volumeMode: 'Filesystem' },
        status: {
          phase: 'Bound',
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
        },
      },
      {
        Status: 'Bound',
        Volume: 'pv',
        Capacity: '1Gi',
        'Access Modes': 'RWO,RWX',
        StorageClass: 'standard',
        VolumeAttributesClass: '<unset>',
        VolumeMode: 'Filesystem',
      },
    ],
    [
      '',
      'PersistentVolumeClaim',
      { metadata: terminating, spec: {}, status: { phase: 'Pending' } },
      { Status: 'Terminating', Volume: '', Capacity: '', 'Access Modes': '' },
    ],
    [
      '',
      'PersistentVolume',
      {
        metadata,
        spec: {
          capacity: { storage: '5Gi' },
          accessModes: ['ReadWriteOncePod'],
          persistentVolumeReclaimPolicy: 'Delete',
          claimRef: { namespace: 'default', name: 'data-0' },
        },
        status: { phase: 'Bound' },
      },
      {
        Capacity: '5Gi',
        'Access Modes': 'RWOP',
        'Reclaim Policy': 'Delete',
        Claim: 'default/data-0',
        Reason: '',
      },
    ],
    [
      'storage.k8s.io',
      'StorageClass',
      {
        metadata: { ...metadata, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        provisioner: 'p',
      },
      { Name: 'x (default)', ReclaimPolicy: 'Delete', AllowVolumeExpansion: false },
    ],
    [
      '',
      'Node',
      {
        metadata: { ...metadata, labels: { 'node-role.kubernetes.io/control-plane': '' } },
        spec: { unschedulable: true },
        status: {
          conditions: [{ type: 'Ready', status: 'True' }],
          nodeInfo: { kubeletVersion: 'v1' },
          addresses: [{ type: 'InternalIP', address: '10.244.0.1' }],
        },
      },
      {
        Status: 'Ready,SchedulingDisabled',
        Roles: 'control-plane',
        Version: 'v1',
        'Internal-IP': '10.244.0.1',
        'External-IP': '<none>',
        'OS-Image': '<unknown>',
      },
    ],
    [
      '',
      'Event',
      {
        metadata,
        type: 'Warning',
        reason: 'Failed',
        message: ' no ',
        involvedObject: { kind: 'Pod', name: 'p', fieldPath: 'spec.x' },
        source: { component: 'kubelet', host: 'node-0' },
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:59:00Z',
        count: 4,
      },
      {
        'Last Seen': '60s',
        Object: 'pod/p',
        Message: 'no',
        Source: 'kubelet, node-0',
        'First Seen': '60m',
        Count: 4,
      },
    ],
    [
      '',
      'Event',
      {
        metadata,
        involvedObject: { kind: 'Pod', name: 'p' },
        eventTime: '2026-01-01T00:59:00.000000Z',
        reportingComponent: 'c',
        reportingInstance: 'i',
        series: { count: 3, lastObservedTime: '2026-01-01T00:59:30.000000Z' },
      },
      { 'Last Seen': '30s', 'First Seen': '60s', Count: 3, Source: 'c, i' },
    ],
    [
      'events.k8s.io',
      'Event',
      {
        metadata,
        regarding: { kind: 'Pod', name: 'p' },
        note: 'n',
        reason: 'R',
        type: 'Normal',
        eventTime: '2026-01-01T00:59:00.000000Z',
        reportingController: 'c',
        reportingInstance: 'i',
      },
      { 'Last Seen': '60s', Object: 'pod/p', Message: 'n', Source: 'c, i', Count: 1 },
    ],
    [
      '',
      'Endpoints',
      {
        metadata,
        subsets: [{ addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], ports: [{ port: 1 }, { port: 2 }] }],
      },
      { Endpoints: '10.0.0.1:1,10.0.0.2:1,10.0.0.1:2 + 1 more...' },
    ],
    [
      'discovery.k8s.io',
      'EndpointSlice',
      { metadata, addressType: 'IPv4', ports: [{ port: 3306 }], endpoints: [{ addresses: ['10.0.0.1'] }] },
      { Ports: '3306', Endpoints: '10.0.0.1' },
    ],
    [
      'discovery.k8s.io',
      'EndpointSlice',
      { metadata, addressType: 'IPv4' },
      { Ports: '<unset>', Endpoints: '<unset>' },
    ],
    [
      'batch',
      'Job',
      {
        metadata,
        spec: { completions: 1, template },
        status: {
          succeeded: 1,
          startTime: '2026-01-01T00:55:00Z',
          completionTime: '2026-01-01T00:55:08Z',
          conditions: [{ type: 'Complete', status: 'True' }],
        },
      },
      { Status: 'Complete', Completions: '1/1', Duration: '8s' },
    ],
    [
      'batch',
      'CronJob',
      { metadata, spec: { schedule: '@daily', suspend: false } },
      { Timezone: '<none>', Suspend: 'False', Active: 0, 'Last Schedule': '<none>' },
    ],
    [
      'apps',
      'ControllerRevision',
      {
        metadata: {
          ...metadata,
          ownerReferences: [
            { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'mysql', uid: 'u', controller: true },
          ],
        },
        revision: 2,
      },
      { Controller: 'statefulset.apps/mysql', Revision: 2 },
    ],
    [
      'policy',
      'PodDisruptionBudget',
      { metadata, spec: { minAvailable: '50%' }, status: { disruptionsAllowed: 1 } },
      { 'Min Available': '50%', 'Max Unavailable': 'N/A', 'Allowed Disruptions': 1 },
    ],
    [
      'rbac.authorization.k8s.io',
      'ClusterRoleBinding',
      {
        metadata,
        roleRef: { kind: 'ClusterRole', name: 'r' },
        subjects: [
          { kind: 'User', name: 'u' },
          { kind: 'ServiceAccount', name: 's', namespace: 'n' },
        ],
      },
      { Role: 'ClusterRole/r', Users: 'u', Groups: '', ServiceAccounts: 'n/s' },
    ],
    [
      'autoscaling',
      'HorizontalPodAutoscaler',
      {
        metadata,
        spec: {
          maxReplicas: 3,
          minReplicas: 1,
          scaleTargetRef: { kind: 'Deployment', name: 'd' },
          metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 80 } } }],
        },
      },
      { Reference: 'Deployment/d', Targets: 'cpu: <unknown>/80%', MinPods: '1', MaxPods: 3 },
    ],
    [
      'autoscaling',
      'Scale',
      { metadata, spec: { replicas: 3 }, status: { replicas: 2 } },
      { Desired: 3, Available: 2, Age: '5m' },
    ],
    [
      'networking.k8s.io',
      'Ingress',
      { metadata, spec: { rules: [{ host: 'a' }], tls: [{}] } },
      { Class: '<none>', Hosts: 'a', Ports: '80, 443' },
    ],
    [
      'networking.k8s.io',
      'NetworkPolicy',
      { metadata, spec: { podSelector: {} } },
      { 'Pod-Selector': '<none>' },
    ],
    ['coordination.k8s.io', 'Lease', { metadata, spec: { holderIdentity: 'me' } }, { Holder: 'me' }],
    ['', 'ConfigMap', { metadata, data: { a: '', b: '' }, binaryData: { c: '' } }, { Data: 3 }],
    ['', 'Secret', { metadata, type: 'Opaque', data: { a: '' } }, { Type: 'Opaque', Data: 1 }],
    [
      'autoscaling',
      'HorizontalPodAutoscaler',
      {
        metadata,
        spec: {
          metrics: [
            { type: 'Pods', pods: { target: { averageValue: '5' } } },
            { type: 'External', external: { target: { averageValue: '2' } } },
            { type: 'Object', object: { target: { value: '1' } } },
          ],
        },
        status: { currentMetrics: [{ pods: { current: { averageValue: '4' } } }] },
      },
      { Targets: '4/5, <unknown>/2 (avg) + 1 more...', MinPods: '<unset>' },
    ],
    [
      '',
      'ComponentStatus',
      { metadata, conditions: [{ type: 'Healthy', status: 'False', message: 'm', error: 'e' }] },
      { Status: 'Unhealthy', Message: 'm', Error: 'e' },
    ],
    ['', 'ComponentStatus', { metadata }, { Status: 'Unknown', Message: '' }],
    [
      '',
      'PodTemplate',
      {
        metadata,
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
      { Containers: 'c', Images: 'i', 'Pod Labels': 'a=b' },
    ],
    [
      '',
      'ResourceQuota',
      {
        metadata,
        status: {
          hard: { 'requests.cpu': '4', pods: '10', 'limits.cpu': '8' },
          used: { 'requests.cpu': '1500m', pods: '3' },
        },
      },
      { Request: 'pods: 3/10, requests.cpu: 1500m/4', Limit: 'limits.cpu: 0/8', Age: '5m' },
    ],
    [
      'storage.k8s.io',
      'CSIDriver',
      {
        metadata,
        spec: { tokenRequests: [{ audience: 'a' }, { audience: 'b' }], volumeLifecycleModes: ['Persistent'] },
      },
      { AttachRequired: true, StorageCapacity: false, TokenRequests: 'a,b', Modes: 'Persistent' },
    ],
    ['storage.k8s.io', 'CSIDriver', { metadata, spec: {} }, { TokenRequests: '<unset>', Modes: '<none>' }],
    ['storage.k8s.io', 'CSINode', { metadata, spec: { drivers: [{}, {}] } }, { Drivers: 2 }],
    [
      'storage.k8s.io',
      'CSIStorageCapacity',
      { metadata, storageClassName: 's', capacity: '1Gi' },
      { StorageClassName: 's', Capacity: '1Gi' },
    ],
    [
      'storage.k8s.io',
      'VolumeAttachment',
      {
        metadata,
        spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'v' } },
        status: { attached: true },
      },
      { Attacher: 'a', PV: 'v', Node: 'n', Attached: true },
    ],
    [
      'storage.k8s.io',
      'VolumeAttributesClass',
      {
        metadata: {
          ...metadata,
          annotations: { 'volumeattributesclass.kubernetes.io/is-default-class': 'true' },
        },
        driverName: 'd',
      },
      { Name: 'x (default)', DriverName: 'd' },
    ],
    [
      'networking.k8s.io',
      'ServiceCIDR',
      { metadata, spec: { cidrs: ['10.0.0.0/8', 'fd00::/112'] } },
      { CIDRs: '10.0.0.0/8,fd00::/112' },
    ],
    [
      'networking.k8s.io',
      'IPAddress',
      { metadata, spec: { parentRef: { resource: 'services', namespace: 'n', name: 's' } } },
      { ParentRef: 'services/n/s' },
    ],
    ['rbac.authorization.k8s.io', 'Role', { metadata }, { 'Created At': metadata.creationTimestamp }],
    ['example.com', 'Thing', { metadata }, { Age: '5m' }],
  ])('%s %s %#', (group, kind, object, want) => {
    expect(cells(group, kind, object)).toMatchObject(want);
  });

  it('are as long as the columns for every kind that is served', () => {
    const object = { metadata, spec: { source: {} } };
    for (const { group, kind } of kindRows) expect(cells(group, kind, object), kind).toBeDefined();
  });

  it.each([
    'Pod',
    'Service',
    'Node',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'Event',
    'Secret',
    'Endpoints',
  ])('a bare %s can be printed', (kind) => {
    expect(cells('', kind, { metadata: {} })).toBeDefined();
  });
});

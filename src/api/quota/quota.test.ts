import { describe, expect, it } from 'vitest';
import type {
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  ResourceQuota,
  ResourceQuotaSpec,
  Service,
} from '../generated/core-v1.js';
import { type KindRow, kinds } from '../kinds.js';
import type { KubeObject } from '../kube-object.js';
import { shownAmounts } from './amounts.js';
import { refusalOf, shareOf } from './index.js';
import { type Meter, meterOf } from './meter.js';

const now = Date.parse('2026-01-01T00:00:00Z');

function quota(spec: ResourceQuotaSpec): ResourceQuota {
  return { metadata: { name: 'q', namespace: 'default' }, spec };
}

function limits(...names: readonly string[]): ResourceQuota {
  return quota({ hard: Object.fromEntries(names.map((name) => [name, '100'])) });
}

function meter(kind: KindRow): Meter {
  const found = meterOf(kind);
  if (found === undefined) throw new Error(`${kind.kind} is not counted`);
  return found;
}

function share(kind: KindRow, object: KubeObject, of: ResourceQuota): string {
  return shownAmounts(shareOf(of, meter(kind), { object, now }));
}

function pod(spec: Partial<PodSpec> = {}, more: Omit<Pod, 'spec'> = {}): Pod {
  return { metadata: { name: 'p' }, ...more, spec: { containers: [{ name: 'main' }], ...spec } };
}

const busy = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } };

describe('what Pods take', () => {
  const all = limits(
    ...['count/pods', 'pods', 'cpu', 'memory', 'ephemeral-storage', 'requests.cpu', 'requests.memory'],
    ...['requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
    ...['hugepages-2Mi', 'requests.hugepages-2Mi', 'requests.example.com/gpu'],
  );

  it.each<[string, Pod, string]>([
    ['a Pod that asks for nothing', pod(), 'count/pods=1,pods=1'],
    [
      'two containers',
      pod({
        containers: [
          { name: 'a', resources: busy },
          { name: 'b', resources: { requests: { 'ephemeral-storage': '1Gi' }, limits: { cpu: '500m' } } },
        ],
      }),
      'count/pods=1,cpu=100m,ephemeral-storage=1Gi,limits.cpu=1500m,limits.memory=128Mi,memory=64Mi,pods=1,requests.cpu=100m,requests.ephemeral-storage=1Gi,requests.memory=64Mi',
    ],
    [
      'an init container that asks for more',
      pod({
        initContainers: [{ name: 'i', resources: { requests: { cpu: '2' } } }],
        containers: [{ name: 'a', resources: busy }],
      }),
      'count/pods=1,cpu=2,limits.cpu=1,limits.memory=128Mi,memory=64Mi,pods=1,requests.cpu=2,requests.memory=64Mi',
    ],
    [
      'huge pages and devices',
      pod({
        containers: [
          { name: 'a', resources: { requests: { 'hugepages-2Mi': '4Mi', 'example.com/gpu': '2' } } },
        ],
      }),
      'count/pods=1,hugepages-2Mi=4Mi,pods=1,requests.example.com/gpu=2,requests.hugepages-2Mi=4Mi',
    ],
    [
      'resources of the Pod as a whole, and its overhead',
      pod({
        containers: [{ name: 'a', resources: busy }],
        resources: { requests: { cpu: '2' }, limits: { memory: '1Gi' } },
        overhead: { cpu: '250m', 'ephemeral-storage': '1Gi' },
      }),
      'count/pods=1,cpu=2250m,ephemeral-storage=1Gi,limits.cpu=1250m,limits.memory=1Gi,memory=64Mi,pods=1,requests.cpu=2250m,requests.ephemeral-storage=1Gi,requests.memory=64Mi',
    ],
    ['one that succeeded', pod({}, { status: { phase: 'Succeeded' } }), 'count/pods=1'],
    ['one that failed', pod({}, { status: { phase: 'Failed' } }), 'count/pods=1'],
    [
      'one that is stopping',
      pod({}, { metadata: { deletionTimestamp: '2025-12-31T23:59:45Z', deletionGracePeriodSeconds: 30 } }),
      'count/pods=1,pods=1',
    ],
    [
      'one that should have stopped longer ago than its grace',
      pod({}, { metadata: { deletionTimestamp: '2025-12-31T23:59:15Z', deletionGracePeriodSeconds: 30 } }),
      'count/pods=1',
    ],
  ])('%s', (_name, object, wanted) => {
    expect(share(kinds.Pod, object, all)).toBe(wanted);
  });
});

describe('scopes', () => {
  const selector = (scopeName: string, operator: string, ...values: string[]): ResourceQuotaSpec => ({
    scopeSelector: { matchExpressions: [{ scopeName, operator, ...(values.length > 0 && { values }) }] },
  });
  const bound = pod({ activeDeadlineSeconds: 5 });
  const burstable = pod({ containers: [{ name: 'main', resources: busy }] });
  const high = pod({ priorityClassName: 'high' });
  const term = { topologyKey: 'kubernetes.io/hostname' };
  const across = pod({
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, podAffinityTerm: { ...term, namespaceSelector: {} } },
        ],
      },
    },
  });
  const beside = pod({
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
  });

  it.each<[string, ResourceQuotaSpec, Pod, Pod]>([
    ['Terminating', { scopes: ['Terminating'] }, bound, pod()],
    ['NotTerminating', { scopes: ['NotTerminating'] }, pod(), bound],
    ['BestEffort', { scopes: ['BestEffort'] }, pod(), burstable],
    ['NotBestEffort', { scopes: ['NotBestEffort'] }, burstable, pod()],
    ['two of them', { scopes: ['NotTerminating', 'BestEffort'] }, pod(), bound],
    ['PriorityClass', { scopes: ['PriorityClass'] }, high, pod()],
    ['PriorityClass In', selector('PriorityClass', 'In', 'high', 'higher'), high, pod()],
    ['PriorityClass NotIn', selector('PriorityClass', 'NotIn', 'high'), pod(), high],
    ['PriorityClass Exists', selector('PriorityClass', 'Exists'), high, pod()],
    ['PriorityClass DoesNotExist', selector('PriorityClass', 'DoesNotExist'), pod(), high],
    ['CrossNamespacePodAffinity', { scopes: ['CrossNamespacePodAffinity'] }, across, beside],
  ])('%s', (_name, spec, within, outside) => {
    const scoped = quota({ ...spec, hard: { pods: '1' } });
    expect(share(kinds.Pod, within, scoped)).toBe('pods=1');
    expect(share(kinds.Pod, outside, scoped)).toBe('');
  });

  it('of Pods are for Pods alone', () => {
    const scoped = quota({ scopes: ['NotTerminating'], hard: { 'count/secrets': '1' } });
    expect(share(kinds.Secret, { metadata: { name: 's' } }, scoped)).toBe('');
  });

  it('VolumeAttributesClass counts claims by what they have, had or are to have', () => {
    const scoped = quota({
      ...selector('VolumeAttributesClass', 'In', 'gold'),
      hard: { persistentvolumeclaims: '1' },
    });
    const claim: PersistentVolumeClaim = { status: { currentVolumeAttributesClassName: 'gold' } };
    expect(share(kinds.PersistentVolumeClaim, claim, scoped)).toBe('persistentvolumeclaims=1');
    expect(share(kinds.PersistentVolumeClaim, {}, scoped)).toBe('');
  });
});

describe('what other kinds take', () => {
  it('claims, all of them and those of a class', () => {
    const claim: PersistentVolumeClaim = {
      spec: { storageClassName: 'gold', resources: { requests: { storage: '1Gi' } } },
      status: { allocatedResources: { storage: '2Gi' } },
    };
    const names = ['persistentvolumeclaims', 'requests.storage'];
    const classes = ['gold', 'silver'].flatMap((one) =>
      names.map((name) => `${one}.storageclass.storage.k8s.io/${name}`),
    );
    const all = limits('count/persistentvolumeclaims', ...names, ...classes);
    expect(share(kinds.PersistentVolumeClaim, claim, all)).toBe(
      'count/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/requests.storage=2Gi,persistentvolumeclaims=1,requests.storage=2Gi',
    );
  });

  it.each<[string, Service, string]>([
    [
      'ClusterIP',
      { spec: { ports: [{ port: 1 }] } },
      'services=1,services.loadbalancers=0,services.nodeports=0',
    ],
    [
      'NodePort',
      { spec: { type: 'NodePort', ports: [{ port: 1 }, { port: 2 }] } },
      'services=1,services.loadbalancers=0,services.nodeports=2',
    ],
    [
      'LoadBalancer without node ports but one',
      {
        spec: {
          type: 'LoadBalancer',
          allocateLoadBalancerNodePorts: false,
          ports: [{ port: 1, nodePort: 30000 }, { port: 2 }],
        },
      },
      'services=1,services.loadbalancers=1,services.nodeports=1',
    ],
  ])('Services of type %s', (_name, service, wanted) => {
    const all = limits('services', 'services.nodeports', 'services.loadbalancers');
    expect(share(kinds.Service, service, all)).toBe(wanted);
  });

  it.each<[KindRow, readonly string[]]>([
    [kinds.ConfigMap, ['configmaps', 'count/configmaps']],
    [kinds.Secret, ['count/secrets', 'secrets']],
    [kinds.ReplicationController, ['count/replicationcontrollers', 'replicationcontrollers']],
    [kinds.ResourceQuota, ['count/resourcequotas', 'resourcequotas']],
    [kinds.ServiceAccount, ['count/serviceaccounts']],
    [kinds.StatefulSet, ['count/statefulsets.apps']],
    [kinds.Job, ['count/jobs.batch']],
  ])('$kind by its number', (kind, names) => {
    const shown = names.map((name) => `${name}=1`).join(',');
    expect(share(kind, { metadata: { name: 'x' } }, limits(...names, 'count/others.example.com'))).toBe(
      shown,
    );
  });

  it('Events nothing, under either name', () => {
    expect([meterOf(kinds.Event), meterOf(kinds.EventV1)]).toEqual([undefined, undefined]);
  });
});

describe('refusals', () => {
  const ask = (spec: ResourceQuotaSpec, object: Pod, used: readonly Pod[] = []): string | undefined => {
    const of = quota(spec);
    const taken = new Map(used.flatMap((one) => [...shareOf(of, meter(kinds.Pod), { object: one, now })]));
    return refusalOf(of, meter(kinds.Pod), { object, old: undefined, used: taken, now });
  };

  it('name what is exceeded, and only that', () => {
    const spec = { hard: { pods: '5', 'requests.cpu': '150m', 'requests.memory': '100Mi' } };
    const one = pod({ containers: [{ name: 'main', resources: busy }] });
    expect(ask(spec, one)).toBeUndefined();
    expect(ask(spec, one, [one])).toBe(
      'exceeded quota: q, requested: requests.cpu=100m,requests.memory=64Mi, used: requests.cpu=100m,requests.memory=64Mi, limited: requests.cpu=150m,requests.memory=100Mi',
    );
  });

  it('name the containers that do not say what they need', () => {
    const spec = { hard: { 'limits.memory': '1Gi', 'requests.cpu': '1', 'requests.ephemeral-storage': '1' } };
    const containers = [
      { name: 'b', resources: { requests: { cpu: '1m' } } },
      { name: 'a', resources: { limits: { memory: '1Mi' } } },
      { name: 'c' },
    ];
    const wanted = 'failed quota: q: must specify limits.memory for: b,c; requests.cpu for: a,c';
    expect(ask(spec, pod({ containers }))).toBe(wanted);
    const resources = { requests: { cpu: '1m' }, limits: { memory: '1Mi' } };
    expect(ask(spec, pod({ containers, resources }))).toBeUndefined();
  });

  it('of an update ask only for what is more', () => {
    const of = quota({ hard: { 'requests.storage': '3Gi' } });
    const claim = (storage: string): PersistentVolumeClaim => ({
      spec: { resources: { requests: { storage } } },
    });
    const grow = (to: string): string | undefined => {
      const claims = meter(kinds.PersistentVolumeClaim);
      const used = shareOf(of, claims, { object: claim('2Gi'), now });
      return refusalOf(of, claims, { object: claim(to), old: claim('2Gi'), used, now });
    };
    expect(grow('3Gi')).toBeUndefined();
    expect(grow('4Gi')).toBe(
      'exceeded quota: q, requested: requests.storage=2Gi, used: requests.storage=2Gi, limited: requests.storage=3Gi',
    );
  });
});

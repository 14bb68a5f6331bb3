import { describe, expect, it } from 'vitest';
import { fieldMatcher, selectableFields } from './field-selectors.js';
import type { KindRef, KubeObject } from './kube-object.js';
import { applyScale, hasScale, scaleOf, validateScale } from './scale.js';
import { StatusError } from './status-error.js';
import {
  hasGeneration,
  hasStatus,
  prepareForCreate,
  prepareForStatusUpdate,
  prepareForUpdate,
} from './strategy.js';

type Loose = KubeObject & { readonly [field: string]: unknown };

const kind = (group: string, name: string): KindRef<Loose> => ({
  group,
  version: 'v1',
  kind: name,
  plural: `${name.toLowerCase()}s`,
  namespaced: true,
});
const statefulSet = kind('apps', 'StatefulSet');
const pod = kind('', 'Pod');
const service = kind('', 'Service');
const deployment = kind('apps', 'Deployment');

describe('create', () => {
  it('begins at generation 1 with an empty status', () => {
    const set = { metadata: { name: 'x', generation: 7 }, spec: { replicas: 3 }, status: { replicas: 3 } };
    expect(prepareForCreate(statefulSet, set)).toEqual({
      metadata: { name: 'x', generation: 1 },
      spec: { replicas: 3 },
      status: { replicas: 0, availableReplicas: 0 },
    });
  });

  it('gives a Pod its phase and class', () => {
    expect(prepareForCreate(pod, { spec: { containers: [] }, status: { phase: 'Running' } })).toMatchObject({
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
  });

  it('puts the labels that a Pod is to match into its selectors', () => {
    const labelSelector = { matchLabels: { app: 'web' } };
    const keys = { matchLabelKeys: ['rev', 'absent'], mismatchLabelKeys: ['team'] };
    const term = { topologyKey: 'zone', labelSelector, ...keys };
    const created = prepareForCreate(pod, {
      metadata: { name: 'p', labels: { app: 'web', rev: '7', team: 'a' } },
      spec: {
        containers: [],
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }],
          },
        },
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'zone', labelSelector, matchLabelKeys: ['rev'] },
          { maxSkew: 1, topologyKey: 'host', labelSelector, matchLabelKeys: ['absent'] },
          { maxSkew: 1, topologyKey: 'rack', matchLabelKeys: ['rev'] },
        ],
      },
    });
    const rev = { key: 'rev', operator: 'In', values: ['7'] };
    const merged = {
      ...term,
      labelSelector: {
        ...labelSelector,
        matchExpressions: [rev, { key: 'team', operator: 'NotIn', values: ['a'] }],
      },
    };
    expect(created['spec']).toEqual({
      containers: [],
      affinity: {
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [merged] },
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: merged }],
        },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          labelSelector: { ...labelSelector, matchExpressions: [rev] },
          matchLabelKeys: ['rev'],
        },
        { maxSkew: 1, topologyKey: 'host', labelSelector, matchLabelKeys: ['absent'] },
        { maxSkew: 1, topologyKey: 'rack', matchLabelKeys: ['rev'] },
      ],
    });
  });

  it('gives a Namespace its finalizer and no generation', () => {
    const created = prepareForCreate(kind('', 'Namespace'), { metadata: { name: 'x', generation: 1 } });
    expect(created).toEqual({
      metadata: { name: 'x' },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  });

  it('gives a Job its selector', () => {
    const created = prepareForCreate(kind('batch', 'Job'), {
      metadata: { name: 'j', uid: 'u' },
      spec: { template: { spec: { containers: [] } } },
    });
    expect(created).toMatchObject({
      spec: {
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } },
        template: { metadata: { labels: { 'job-name': 'j', 'controller-uid': 'u' } } },
      },
    });
  });

  it('keeps the status of a Node', () => {
    expect(prepareForCreate(kind('', 'Node'), { status: { phase: 'x' } })).toMatchObject({
      status: { phase: 'x' },
    });
  });
});

describe('update', () => {
  const old = { metadata: { name: 'x', generation: 4 }, spec: { replicas: 3 }, status: { replicas: 3 } };

  it.each([
    ['nothing', { ...old }, 4],
    ['labels', { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } }, 4],
    ['status', { ...old, status: { replicas: 9 } }, 4],
    ['spec', { ...old, spec: { replicas: 5 } }, 5],
    ['an empty field', { ...old, spec: { replicas: 3, template: {} } }, 4],
    ['a claimed generation', { ...old, metadata: { name: 'x', generation: 99 } }, 4],
  ])('of %s gives generation %d', (_what, changed, generation) => {
    const updated = prepareForUpdate(statefulSet, changed, old);
    expect(updated.metadata?.generation).toBe(generation);
    expect(updated.status).toEqual(old.status);
  });

  it('counts annotations of Deployments', () => {
    const changed = { ...old, metadata: { ...old.metadata, annotations: { a: 'b' } } };
    expect(prepareForUpdate(deployment, changed, old).metadata?.generation).toBe(5);
  });

  it('keeps what a Service was given', () => {
    const before = {
      spec: {
        type: 'NodePort',
        clusterIP: '10.96.0.7',
        clusterIPs: ['10.96.0.7'],
        ports: [{ port: 80, nodePort: 30001 }],
      },
    };
    const changed = { spec: { type: 'NodePort', ports: [{ port: 80 }, { port: 81 }] } };
    expect(prepareForUpdate(service, changed, before)).toMatchObject({
      spec: {
        clusterIP: '10.96.0.7',
        clusterIPs: ['10.96.0.7'],
        ports: [{ port: 80, nodePort: 30001 }, { port: 81 }],
      },
    });
  });

  it('through the status subresource leaves the spec, and of the metadata what Kubernetes leaves', () => {
    const changed = {
      metadata: { name: 'x', resourceVersion: '9', labels: { a: 'b' }, annotations: { c: 'd' } },
      spec: { replicas: 99 },
      status: { replicas: 1 },
    };
    const kept = { ...old, status: { replicas: 1 } };
    const { labels, annotations, ...bare } = changed.metadata;
    expect(prepareForStatusUpdate(statefulSet, changed, old)).toEqual({
      ...kept,
      metadata: { ...bare, labels, annotations, generation: 4 },
    });
    expect(prepareForStatusUpdate(deployment, changed, old)).toEqual({
      ...kept,
      metadata: { ...bare, annotations, generation: 4 },
    });
    expect(prepareForStatusUpdate(kind('example.com', 'Thing'), changed, old)).toEqual({
      ...kept,
      metadata: { ...bare, generation: 4 },
    });
  });

  it('counts the labels of EndpointSlices, and nothing of PriorityClasses', () => {
    const slice = { metadata: { name: 'x', generation: 4 }, addressType: 'IPv4', endpoints: [] };
    const labelled = { ...slice, metadata: { name: 'x', labels: { a: 'b' } } };
    const sliceKind = kind('discovery.k8s.io', 'EndpointSlice');
    expect(prepareForUpdate(sliceKind, labelled, slice).metadata?.generation).toBe(5);
    const priority = { metadata: { name: 'x', generation: 1 }, value: 1, description: 'a' };
    const described = { ...priority, description: 'b' };
    const priorityKind = kind('scheduling.k8s.io', 'PriorityClass');
    expect(prepareForUpdate(priorityKind, described, priority).metadata?.generation).toBe(1);
  });

  it('counts what may change of a CSIDriver, from nothing', () => {
    const driver = { metadata: { name: 'x' }, spec: { requiresRepublish: false } };
    const csi = kind('storage.k8s.io', 'CSIDriver');
    const first = prepareForUpdate(csi, { ...driver, spec: { requiresRepublish: true } }, driver);
    expect(first.metadata?.generation).toBe(1);
    expect(prepareForUpdate(csi, { ...driver }, driver).metadata?.generation).toBeUndefined();
  });

  it('numbers the templates of a DaemonSet', () => {
    const set = kind('apps', 'DaemonSet');
    const note = 'deprecated.daemonset.template.generation';
    const made = prepareForCreate(set, { metadata: { name: 'x' }, spec: { template: { spec: { a: 1 } } } });
    expect(made.metadata?.annotations).toEqual({ [note]: '1' });
    const other = prepareForUpdate(set, { ...made, spec: { template: { spec: { a: 2 } } } }, made);
    expect(other.metadata).toMatchObject({ generation: 2, annotations: { [note]: '2' } });
  });

  it('knows which kinds count', () => {
    expect(hasGeneration(kind('', 'ConfigMap'))).toBe(false);
    expect(hasGeneration(kind('example.com', 'Thing'))).toBe(true);
    expect(hasStatus(service)).toBe(true);
    expect(hasStatus(kind('', 'Secret'))).toBe(false);
  });
});

describe('scale', () => {
  const set = {
    metadata: { name: 'mysql', namespace: 'default', uid: 'u', resourceVersion: '3' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'mysql' } } },
    status: { replicas: 2 },
  };

  it('shows and sets the number of replicas', () => {
    const scale = scaleOf(statefulSet, set);
    expect(scale).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name: 'mysql', uid: 'u' },
      spec: { replicas: 3 },
      status: { replicas: 2, selector: 'app=mysql' },
    });
    expect(applyScale(set, { metadata: { resourceVersion: '3' }, spec: { replicas: 5 } })).toEqual({
      ...set,
      spec: { ...set.spec, replicas: 5 },
    });
    const controller: Loose = { ...set, spec: { replicas: 1, selector: { a: 'b' } } };
    expect(scaleOf(kind('', 'ReplicationController'), controller).status?.selector).toBe('a=b');
  });

  it('refuses less than none', () => {
    expect(validateScale({ spec: { replicas: -1 } })).toMatchObject([{ field: 'spec.replicas' }]);
    expect(validateScale({ spec: {} })).toEqual([]);
    expect(hasScale(statefulSet)).toBe(true);
    expect(hasScale(pod)).toBe(false);
  });
});

describe('the source of a claim', () => {
  const claim = kind('', 'PersistentVolumeClaim');
  const other = { kind: 'PersistentVolumeClaim', name: 'other' };
  const foreign = { apiGroup: 'example.com', kind: 'Image', name: 'i' };
  const made = (spec: object): unknown => prepareForCreate(claim, { metadata: { name: 'c' }, spec })['spec'];

  it('has both of its names', () => {
    expect(made({ dataSource: other })).toEqual({ dataSource: other, dataSourceRef: other });
    expect(made({ dataSourceRef: foreign })).toEqual({ dataSource: foreign, dataSourceRef: foreign });
    expect(made({ dataSource: foreign })).toEqual({});
    const elsewhere = { ...other, namespace: 'n' };
    expect(made({ dataSourceRef: elsewhere })).toEqual({ dataSourceRef: elsewhere });
  });

  it('stays when an update names it once', () => {
    const spec = { dataSource: other, dataSourceRef: other };
    const updated = prepareForUpdate(claim, { spec: { dataSource: other } }, { spec });
    expect(updated['spec']).toEqual(spec);
  });
});

describe('field selectors', () => {
  const running = {
    metadata: { name: 'a', namespace: 'n' },
    spec: { nodeName: 'node-0' },
    status: { phase: 'Running' },
  };

  it.each([
    ['', true],
    ['metadata.name=a', true],
    ['metadata.name=a,metadata.namespace!=n', false],
    ['spec.nodeName=node-0,status.phase!=Failed', true],
    ['spec.nodeName=', false],
    ['spec.hostNetwork=false', true],
    ['status.podIP=', true],
  ])('%j holds for a Pod: %s', (text, want) => {
    expect(fieldMatcher(pod, text)(running)).toBe(want);
  });

  it('reads events and jobs', () => {
    const event: Loose = {
      involvedObject: { kind: 'Pod', name: 'mysql-0' },
      reason: 'Started',
      type: 'Normal',
      reportingComponent: 'kubelet',
      source: {},
    };
    expect(
      fieldMatcher(kind('', 'Event'), 'involvedObject.name=mysql-0,type=Normal,source=kubelet')(event),
    ).toBe(true);
    expect(fieldMatcher(kind('batch', 'Job'), 'status.successful=0')({})).toBe(true);
    expect(selectableFields(kind('', 'Secret'))).toContain('type');
  });

  const selections: readonly (readonly [string, string, string, Loose])[] = [
    [
      'events.k8s.io',
      'Event',
      'regarding.fieldPath=spec.containers{a}',
      { regarding: { fieldPath: 'spec.containers{a}' } },
    ],
    ['', 'Namespace', 'status.phase=Active', { status: { phase: 'Active' } }],
    ['', 'Node', 'spec.unschedulable=false', { spec: {} }],
    [
      '',
      'Pod',
      'spec.serviceAccountName=a,spec.host=n',
      { spec: { serviceAccountName: 'a', nodeName: 'n' } },
    ],
    ['', 'Secret', 'type=Opaque', { type: 'Opaque' }],
    [
      '',
      'Service',
      'spec.clusterIP=None,spec.type=ClusterIP',
      { spec: { clusterIP: 'None', type: 'ClusterIP' } },
    ],
    ['', 'ReplicationController', 'status.replicas=2', { status: { replicas: 2 } }],
    ['apps', 'ReplicaSet', 'status.replicas!=2', { status: {} }],
  ];

  it.each(selections)('%s %s by %s', (group, name, text, object) => {
    expect(fieldMatcher(kind(group, name), text)(object)).toBe(true);
  });

  it.each([
    [
      'networking.k8s.io',
      'Ingress',
      '"a.b" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['batch', 'Job', 'field label "a.b" not supported for batchv1.Job'],
    ['example.com', 'Thing', 'field label not supported: a.b'],
  ])('of %s %s are refused in the words of Kubernetes', (group, name, words) => {
    expect(() => fieldMatcher(kind(group, name), 'a.b=c')).toThrow(words);
  });

  it.each(['spec.hostname=x', 'constructor=x'])('refuses %j in the words of Kubernetes', (text) => {
    const attempt = (): unknown => fieldMatcher(pod, text);
    expect(attempt).toThrow(StatusError);
    expect(attempt).toThrow(`field label not supported: ${text.split('=')[0]}`);
  });
});

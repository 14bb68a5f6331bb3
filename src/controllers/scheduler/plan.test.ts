import { describe, expect, it } from 'vitest';
import type { PersistentVolume, PodSpec } from '../../api/generated/core-v1.js';
import { podRequests } from './amounts.js';
import {
  claim,
  container,
  inZone,
  node,
  now,
  on,
  placeIn,
  plan,
  pod,
  type World,
  whyNot,
} from './world.fixture.js';

const withClaim = pod('p', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] });
const late = { metadata: { name: 'late' }, provisioner: 'x', volumeBindingMode: 'WaitForFirstConsumer' };
const isBound = { 'pv.kubernetes.io/bind-completed': 'yes' };
const bound = claim({ metadata: { name: 'data', annotations: isBound }, spec: { volumeName: 'v' } });
const useless = 'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
const noVictims = 'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';

function nodeTerm(key: string, operator: string, values?: readonly string[]): Partial<PodSpec> {
  const matchExpressions = [{ key, operator, ...(values && { values }) }];
  const required = { nodeSelectorTerms: [{ matchExpressions }] };
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
}

function onNamed(...names: readonly string[]): Partial<PodSpec> {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: names }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
}

function hostPort(port: number, extra: object = {}): Partial<PodSpec> {
  return { containers: [container('1m', { ports: [{ containerPort: 80, hostPort: port, ...extra }] })] };
}

const volumeOn = (name: string, nodeName: string): PersistentVolume => ({
  metadata: { name },
  spec: {
    storageClassName: 'late',
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [nodeName] }] },
        ],
      },
    },
  },
  status: { phase: 'Available' },
});

describe('a Pod', () => {
  it('goes to the node that it fits on', () => {
    expect(plan({}).actions).toMatchObject([{ type: 'bind', nodeName: 'node-0' }]);
  });

  const taint = { key: 'gpu', value: 'yes', effect: 'NoSchedule' };
  it.each<[string, World]>([
    ['no nodes available to schedule pods', { nodes: [] }],
    [
      `0/1 nodes are available: 1 node(s) were unschedulable. ${useless}`,
      { nodes: [node('node-0', { spec: { unschedulable: true } })] },
    ],
    [
      `0/1 nodes are available: 1 node(s) had untolerated taint(s). ${useless}`,
      { nodes: [node('node-0', { spec: { taints: [taint] } })] },
    ],
    [
      `0/1 nodes are available: 1 node(s) had untolerated taint(s). ${useless}`,
      { nodes: [node('node-0', { ready: false })] },
    ],
    [
      `0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. ${useless}`,
      { pod: pod('p', { nodeSelector: { disk: 'ssd' } }) },
    ],
    [
      `0/1 nodes are available: 1 Insufficient cpu. ${useless}`,
      { pod: pod('p', { containers: [container('3')] }) },
    ],
    [
      `0/1 nodes are available: 1 Insufficient cpu. ${noVictims}`,
      { pods: [on('node-0', 'a', {}, { containers: [container('1800m')] })] },
    ],
    [
      `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient example.com/gpu. ${useless}`,
      {
        pod: pod('p', {
          containers: [{ name: 'c', resources: { requests: { cpu: '3', 'example.com/gpu': '1' } } }],
        }),
      },
    ],
    [
      `0/1 nodes are available: 1 Too many pods. ${noVictims}`,
      { pods: [on('node-0', 'a'), on('node-0', 'b'), on('node-0', 'c')] },
    ],
    [
      `0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. ${noVictims}`,
      { pod: pod('p', hostPort(80)), pods: [on('node-0', 'a', {}, hostPort(80, { hostIP: '10.0.0.1' }))] },
    ],
    [`0/1 nodes are available: persistentvolumeclaim "data" not found. ${useless}`, { pod: withClaim }],
    [
      `0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${useless}`,
      { pod: withClaim, claims: [claim()] },
    ],
    [
      `0/1 nodes are available: persistentvolumeclaim "data" is being deleted. ${useless}`,
      { pod: withClaim, claims: [claim({ metadata: { name: 'data', deletionTimestamp: 'x' } })] },
    ],
    [
      `0/1 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "v". ${useless}`,
      { pod: withClaim, claims: [{ ...bound, status: { phase: 'Lost' } }] },
    ],
    [
      `0/1 nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v". ${useless}`,
      { pod: pod('p', { volumes: [{ name: 'v', ephemeral: {} }] }) },
    ],
    [
      `0/1 nodes are available: 1 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s). ${useless}`,
      { pod: withClaim, claims: [bound] },
    ],
    [
      `0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity. ${useless}`,
      { pod: withClaim, claims: [bound], volumes: [volumeOn('v', 'node-9')] },
    ],
    [
      `0/1 nodes are available: 1 node(s) had no available volume zone. ${useless}`,
      {
        nodes: [inZone('node-0', 'a')],
        pod: withClaim,
        claims: [bound],
        volumes: [{ metadata: { name: 'v', labels: { 'topology.kubernetes.io/zone': 'b__c' } } }],
      },
    ],
    [
      `0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind. ${useless}`,
      {
        pod: withClaim,
        claims: [claim()],
        classes: [{ ...late, provisioner: 'kubernetes.io/no-provisioner' }],
        volumes: [volumeOn('v', 'node-9')],
      },
    ],
    [
      `0/1 nodes are available: 1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode. ${noVictims}`,
      {
        pod: withClaim,
        claims: [{ ...bound, spec: { ...bound.spec, accessModes: ['ReadWriteOncePod'] } }],
        volumes: [{ metadata: { name: 'v' } }],
        pods: [on('node-0', 'a', {}, { volumes: withClaim.spec?.volumes ?? [] })],
      },
    ],
    [
      '0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
      {
        nodes: [
          node('a', { spec: { taints: [taint] } }),
          node('b'),
          node('c', { spec: { taints: [{ key: 'x', effect: 'NoExecute' }] } }),
        ],
        pods: [on('b', 'q', {}, { containers: [container('2')] })],
      },
    ],
    [
      "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
      { nodes: [node('a'), node('b')], pod: pod('p', { containers: [container('3')], ...onNamed('a') }) },
    ],
    [
      `0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.`,
      { pod: pod('p', { containers: [container('3')], preemptionPolicy: 'Never', priority: 9 }) },
    ],
  ])('fits nowhere: %s', (message, world) => {
    const result = plan(world);
    expect(result.waitingFor).toMatchObject({ reason: 'Unschedulable', message });
    expect(result.actions).toMatchObject([
      { type: 'setStatus', status: { conditions: [{ type: 'PodScheduled', status: 'False', message }] } },
    ]);
  });

  it.each<[string, Partial<PodSpec>, boolean]>([
    ['In', nodeTerm('disk', 'In', ['ssd', 'nvme']), true],
    ['In, another', nodeTerm('disk', 'In', ['hdd']), false],
    ['NotIn', nodeTerm('disk', 'NotIn', ['ssd']), false],
    ['NotIn, absent', nodeTerm('none', 'NotIn', ['ssd']), true],
    ['Exists', nodeTerm('disk', 'Exists'), true],
    ['DoesNotExist', nodeTerm('disk', 'DoesNotExist'), false],
    ['Gt', nodeTerm('cores', 'Gt', ['9']), true],
    ['Gt, the same', nodeTerm('cores', 'Gt', ['10']), false],
    ['Lt', nodeTerm('cores', 'Lt', ['11']), true],
    ['Lt, no number', nodeTerm('disk', 'Lt', ['11']), false],
    ['matchFields', onNamed('node-0'), true],
    ['matchFields, another', onNamed('node-1'), false],
    ['nodeSelector', { nodeSelector: { disk: 'ssd', cores: '10' } }, true],
    ['nodeSelector, one wrong', { nodeSelector: { disk: 'ssd', cores: '11' } }, false],
  ])('asks for nodes by %s', (_name, spec, fits) => {
    const nodes = [node('node-0', { labels: { disk: 'ssd', cores: '10' } })];
    expect(placeIn({ nodes, pod: pod('p', spec) })).toBe(fits ? 'node-0' : undefined);
  });

  it.each<[string, object, boolean]>([
    ['key and any value', { key: 'gpu', operator: 'Exists' }, true],
    ['key and value', { key: 'gpu', value: 'yes', effect: 'NoSchedule' }, true],
    ['everything', { operator: 'Exists' }, true],
    ['another value', { key: 'gpu', value: 'no' }, false],
    ['another effect', { key: 'gpu', operator: 'Exists', effect: 'NoExecute' }, false],
  ])('tolerates %s', (_name, toleration, fits) => {
    const nodes = [node('node-0', { spec: { taints: [taint] } })];
    const world = { nodes, pod: pod('p', { tolerations: [toleration] }) };
    expect(placeIn(world)).toBe(fits ? 'node-0' : undefined);
    if (!fits) {
      expect(plan(world).waitingFor?.unblockedBy).toBe(
        'a toleration for taint {gpu: yes} (NoSchedule) of node node-0',
      );
    }
  });

  it.each<[string, object, object, boolean]>([
    ['of different protocols', { protocol: 'UDP' }, {}, true],
    ['on different addresses', { hostIP: '10.0.0.1' }, { hostIP: '10.0.0.2' }, true],
    ['on every address and one', {}, { hostIP: '10.0.0.2' }, false],
  ])('shares a node with one that takes the same port %s', (_name, ours, theirs, fits) => {
    const world = { pod: pod('p', hostPort(80, ours)), pods: [on('node-0', 'a', {}, hostPort(80, theirs))] };
    expect(placeIn(world) !== undefined).toBe(fits);
  });

  it('tells claims that wait for a consumer its node first, and follows when they are bound', () => {
    const told = plan({ pod: withClaim, claims: [claim()], classes: [late] });
    expect(told.actions).toMatchObject([
      { type: 'setStatus', status: { nominatedNodeName: 'node-0' } },
      { type: 'selectNode', nodeName: 'node-0' },
    ]);
    const metadata = { name: 'data', annotations: { 'volume.kubernetes.io/selected-node': 'node-0' } };
    const promised = { ...withClaim, status: { nominatedNodeName: 'node-0' } };
    const waits = plan({ pod: promised, claims: [claim({ metadata })], classes: [late] });
    expect(waits).toMatchObject({ actions: [], waitingFor: { reason: 'WaitingForVolumes' } });
    expect(placeIn({ pod: withClaim, claims: [bound], volumes: [volumeOn('v', 'node-0')] })).toBe('node-0');
  });

  it('goes where the volume is that it could have, and holds it', () => {
    const world = {
      nodes: [node('a'), node('b')],
      pod: withClaim,
      claims: [claim()],
      classes: [{ ...late, provisioner: 'kubernetes.io/no-provisioner' }],
      volumes: [volumeOn('v', 'b')],
    };
    expect(plan(world).actions).toMatchObject([
      { type: 'setStatus', status: { nominatedNodeName: 'b' } },
      { type: 'holdVolume', volume: { spec: { claimRef: { name: 'data', namespace: 'default' } } } },
    ]);
  });

  it('goes only where its class makes volumes', () => {
    const allowedTopologies = [
      { matchLabelExpressions: [{ key: 'topology.kubernetes.io/zone', values: ['east'] }] },
    ];
    const told = plan({
      nodes: [inZone('a', 'west'), inZone('b', 'east')],
      pod: withClaim,
      claims: [claim()],
      classes: [{ ...late, allowedTopologies }],
    });
    expect(told.actions).toMatchObject([{}, { type: 'selectNode', nodeName: 'b' }]);
  });

  it('is held by its scheduling gates, without an Event', () => {
    const held = plan({ pod: pod('p', { schedulingGates: [{ name: 'later' }] }) });
    expect(held.waitingFor).toMatchObject({
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
      unblockedBy: "removal of the Pod's scheduling gates: later",
    });
    expect(held.actions).toMatchObject([{ status: { conditions: [{ reason: 'SchedulingGated' }] } }]);
  });

  it('is left alone when it names another scheduler', () => {
    expect(plan({ pod: pod('p', { schedulerName: 'mine' }) })).toMatchObject({
      actions: [],
      waitingFor: { reason: 'OtherScheduler', message: expect.stringContaining('"mine"') },
    });
  });

  it('is left alone for a while after it found no place', () => {
    const waiting = { reason: 'Unschedulable', message: 'm' };
    expect(plan({ held: { forMs: 700, waiting } })).toEqual({
      actions: [],
      waitingFor: waiting,
      lookAgainAfterMs: 700,
    });
  });

  it('is given a moment for its claims when it is new, without an Event', () => {
    const young = { ...withClaim, metadata: { ...withClaim.metadata, creationTimestamp: now.toISOString() } };
    expect(plan({ pod: young, claims: [claim()] })).toMatchObject({
      actions: [],
      waitingFor: { reason: 'WaitingForVolumes' },
      lookAgainAfterMs: 2000,
    });
  });

  it('is not written the same status twice', () => {
    const { actions } = plan({ nodes: [] });
    const [first] = actions;
    const status = first?.type === 'setStatus' ? first.status : {};
    expect(plan({ nodes: [], pod: pod('p', {}, { status }) }).actions).toEqual([]);
  });

  it('leaves room for more important Pods that are promised it, not for lesser ones', () => {
    const promised = (priority: number) =>
      pod(
        'other',
        { priority, containers: [container('1800m')] },
        { status: { nominatedNodeName: 'node-0' } },
      );
    expect(whyNot({ pods: [promised(5)] })).toContain('1 Insufficient cpu');
    expect(placeIn({ pods: [promised(-5)] })).toBe('node-0');
  });
});

it.each<[string, Partial<PodSpec>, number]>([
  ['its containers together', { containers: [container('500m'), container('250m')] }, 750],
  ['or its largest init container', { initContainers: [container('2'), container('1')] }, 2000],
  [
    'with the sidecars before it',
    { initContainers: [container('1', { restartPolicy: 'Always' }), container('2')] },
    3000,
  ],
  ['and the overhead', { overhead: { cpu: '100m' } }, 600],
  ['or what the Pod as a whole asks for', { resources: { requests: { cpu: '3' } } }, 3000],
])('asks for %s', (_name, spec, cpu) => {
  expect(podRequests(pod('p', spec)).get('cpu')).toBe(cpu);
});

import { describe, expect, it } from 'vitest';
import type { Container, Node, PersistentVolumeClaim, Pod, PodSpec } from '../../api/generated/core-v1.js';
import type { SchedulerFacts } from './facts.js';
import { planScheduling } from './plan.js';
import { podRequests } from './resources.js';

const now = new Date('2026-01-01T01:00:00Z');

function node(extra: Partial<Node> = {}): Node {
  return {
    metadata: { name: 'node-0', labels: { 'kubernetes.io/hostname': 'node-0' } },
    status: {
      allocatable: { cpu: '2', memory: '4Gi', pods: '3' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
    ...extra,
  };
}

function container(cpu: string, extra: Partial<Container> = {}): Container {
  return { name: 'c', resources: { requests: { cpu, memory: '1Gi' } }, ...extra };
}

function pod(name: string, spec: Partial<PodSpec> = {}): Pod {
  return {
    metadata: { name, namespace: 'default', uid: name, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { containers: [container('500m')], ...spec },
  };
}

function plan(facts: Partial<SchedulerFacts>): ReturnType<typeof planScheduling> {
  const whole = { pod: pod('p'), nodes: [node()], placed: [], claims: [], volumes: [], classes: [] };
  return planScheduling({ ...whole, ...facts }, now);
}

const withClaim = pod('p', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] });

function claim(extra: Partial<PersistentVolumeClaim> = {}): PersistentVolumeClaim {
  return { metadata: { name: 'data', namespace: 'default' }, spec: { storageClassName: 'late' }, ...extra };
}

const late = { metadata: { name: 'late' }, provisioner: 'x', volumeBindingMode: 'WaitForFirstConsumer' };
const on = (name: string): Pod => pod(name, { nodeName: 'node-0' });

describe('a Pod', () => {
  it('goes to the node that it fits on', () => {
    expect(plan({}).actions).toMatchObject([{ type: 'bind', nodeName: 'node-0' }]);
  });

  it.each<[string, Partial<SchedulerFacts>]>([
    ['no nodes available to schedule pods', { nodes: [] }],
    [
      '0/1 nodes are available: 1 node(s) were unschedulable.',
      { nodes: [node({ spec: { unschedulable: true } })] },
    ],
    [
      '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.',
      { nodes: [node({ status: { allocatable: { pods: '1' } } })] },
    ],
    [
      '0/1 nodes are available: 1 node(s) had untolerated taint {gpu: yes}.',
      { nodes: [node({ spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } })] },
    ],
    [
      "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
      { pod: pod('p', { nodeSelector: { disk: 'ssd' } }) },
    ],
    ['0/1 nodes are available: 1 Insufficient cpu.', { pod: pod('p', { containers: [container('3')] }) }],
    ['0/1 nodes are available: 1 Too many pods.', { placed: [on('a'), on('b'), on('c')] }],
    ['0/1 nodes are available: persistentvolumeclaim "data" not found.', { pod: withClaim }],
    [
      '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
      { pod: withClaim, claims: [claim()] },
    ],
    [
      '0/1 nodes are available: persistentvolumeclaim "data" is being deleted.',
      { pod: withClaim, claims: [claim({ metadata: { name: 'data', deletionTimestamp: 'x' } })] },
    ],
  ])('fits nowhere: %s', (message, facts) => {
    const result = plan(facts);
    expect(result.waitingFor).toMatchObject({ reason: 'Unschedulable', message });
    expect(result.actions).toMatchObject([
      { type: 'setStatus', status: { conditions: [{ type: 'PodScheduled', status: 'False', message }] } },
    ]);
  });

  it('tolerates what it says it tolerates', () => {
    const taints = [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }];
    const tolerations = [{ key: 'gpu', operator: 'Exists' }];
    expect(
      plan({ nodes: [node({ spec: { taints } })], pod: pod('p', { tolerations }) }).actions,
    ).toMatchObject([{ type: 'bind' }]);
  });

  it('tells claims that wait for a consumer its node first, and follows when they are bound', () => {
    const told = plan({ pod: withClaim, claims: [claim()], classes: [late] });
    expect(told.actions).toMatchObject([{ type: 'selectNode', nodeName: 'node-0' }]);
    const metadata = { name: 'data', annotations: { 'volume.kubernetes.io/selected-node': 'node-0' } };
    const waits = plan({ pod: withClaim, claims: [claim({ metadata })], classes: [late] });
    expect(waits).toMatchObject({ actions: [], waitingFor: { reason: 'WaitingForVolumes' } });
    const done = { name: 'data', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } };
    const bound = claim({ metadata: done, spec: { volumeName: 'v' } });
    expect(plan({ pod: withClaim, claims: [bound] }).actions).toMatchObject([{ type: 'bind' }]);
  });

  it('does not go where its volume cannot be reached', () => {
    const required = {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-9'] }] },
      ],
    };
    const bound = claim({
      metadata: { name: 'data', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
      spec: { volumeName: 'v' },
    });
    const volumes = [{ metadata: { name: 'v' }, spec: { nodeAffinity: { required } } }];
    expect(plan({ pod: withClaim, claims: [bound], volumes }).waitingFor?.message).toContain(
      "didn't match PersistentVolume's node affinity",
    );
  });

  it('is held by its scheduling gates', () => {
    expect(plan({ pod: pod('p', { schedulingGates: [{ name: 'later' }] }) }).waitingFor?.reason).toBe(
      'SchedulingGated',
    );
  });

  it('is given a moment for its claims when it is new, without an Event', () => {
    const young = { ...withClaim, metadata: { ...withClaim.metadata, creationTimestamp: now.toISOString() } };
    expect(plan({ pod: young, claims: [claim()] })).toMatchObject({
      actions: [],
      waitingFor: { reason: 'WaitingForVolumes' },
      lookAgainAfterMs: 2000,
    });
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
])('asks for %s', (_name, spec, cpu) => {
  expect(podRequests(pod('p', spec)).get('cpu')).toBe(cpu);
});

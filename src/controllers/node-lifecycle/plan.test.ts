import { describe, expect, it } from 'vitest';
import type { Node, Pod, Taint } from '../../api/generated/core-v1.js';
import type { NodeLifecycleFacts } from './facts.js';
import { planNodeLifecycle } from './plan.js';
import { SignsOfLife } from './signs-of-life.js';

const start = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number): Date => new Date(start + seconds * 1000);

interface Parts {
  readonly taints?: readonly Taint[];
  readonly zone?: string;
  readonly unschedulable?: boolean;
  readonly pressure?: string;
}

function node(name: string, ready: string, { taints, zone, unschedulable, pressure }: Parts = {}): Node {
  return {
    metadata: { name, labels: zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone } },
    spec: { ...(taints && { taints }), ...(unschedulable && { unschedulable }) },
    status: {
      conditions: [
        { type: 'Ready', status: ready },
        ...(pressure === undefined ? [] : [{ type: pressure, status: 'True' }]),
      ],
    },
  };
}

const well = node('well', 'True');

function plan(facts: Partial<NodeLifecycleFacts> & { node: Node }, seconds = 0) {
  return planNodeLifecycle({ nodes: [facts.node, well], pods: [], heardMs: start, ...facts }, at(seconds));
}

function taints(facts: Partial<NodeLifecycleFacts> & { node: Node }): readonly string[] | undefined {
  const action = plan(facts).actions.find(({ type }) => type === 'setTaints');
  return action?.type === 'setTaints'
    ? action.taints.map(({ key, effect }) => `${key}:${effect}`)
    : undefined;
}

const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';
const driving = (key: string): Taint => ({ key, effect: 'NoExecute', timeAdded: '2026-01-01T00:00:00Z' });
const keeping = (key: string): Taint => ({ key, effect: 'NoSchedule' });

describe('a silent node', () => {
  it('is waited for during its grace', () => {
    expect(plan({ node: node('a', 'True') }, 45)).toEqual({ actions: [], lookAgainAfterMs: 5000 });
    expect(plan({ node: node('a', 'True') }, 10).lookAgainAfterMs).toBe(10_000);
  });

  it('is given up after it', () => {
    expect(plan({ node: node('a', 'True', { pressure: 'Custom' }) }, 50).actions).toMatchObject([
      {
        type: 'giveUp',
        conditions: [
          { type: 'Custom', status: 'True' },
          { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' },
          { type: 'MemoryPressure', status: 'Unknown', reason: 'NodeStatusNeverUpdated' },
          { type: 'DiskPressure', status: 'Unknown' },
          { type: 'PIDPressure', status: 'Unknown' },
        ],
      },
    ]);
  });

  it('has its Pods marked not ready', () => {
    const pod = (name: string, ready: string): Pod => ({
      metadata: { name, namespace: 'default' },
      status: { conditions: [{ type: 'Ready', status: ready }] },
    });
    const { actions } = plan({
      node: node('a', 'Unknown', { taints: [keeping(unreachable), driving(unreachable)] }),
      pods: [pod('x', 'True'), pod('y', 'False')],
    });
    expect(actions).toMatchObject([{ type: 'markNotReady', pod: { metadata: { name: 'x' } } }]);
  });

  it('tells what it waits for, and how many Pods hang on it', () => {
    const leaving = { metadata: { name: 'x', deletionTimestamp: 'x' } };
    expect(plan({ node: node('a', 'Unknown'), pods: [leaving] }).waitingFor).toMatchObject({
      reason: 'NodeUnreachable',
      message: 'node a has stopped reporting; 1 of its Pods cannot be confirmed to have ended',
      unblockedBy: "the node's return, or: kubectl delete node a",
    });
  });
});

describe('taints follow the state of a node', () => {
  const ill = (name: string, zone: string): Node => node(name, 'Unknown', { zone });
  const illZone = ['a', 'b', 'c'].map((name) => ill(name, 'z'));
  it.each<[string, Partial<NodeLifecycleFacts> & { node: Node }, readonly string[] | undefined]>([
    ['well', { node: node('a', 'True') }, undefined],
    ['not ready', { node: node('a', 'False') }, [`${notReady}:NoSchedule`, `${notReady}:NoExecute`]],
    [
      'unreachable',
      { node: node('a', 'Unknown') },
      [`${unreachable}:NoSchedule`, `${unreachable}:NoExecute`],
    ],
    [
      'one in place of the other',
      { node: node('a', 'Unknown', { taints: [keeping(notReady), driving(notReady)] }) },
      [`${unreachable}:NoSchedule`, `${unreachable}:NoExecute`],
    ],
    ['well again', { node: node('a', 'True', { taints: [keeping(unreachable), driving(unreachable)] }) }, []],
    [
      'those of others stay',
      { node: node('a', 'True', { taints: [keeping('gpu'), keeping(unreachable)] }) },
      ['gpu:NoSchedule'],
    ],
    [
      'cordoned',
      { node: node('a', 'True', { unschedulable: true }) },
      ['node.kubernetes.io/unschedulable:NoSchedule'],
    ],
    [
      'short of memory',
      { node: node('a', 'True', { pressure: 'MemoryPressure' }) },
      ['node.kubernetes.io/memory-pressure:NoSchedule'],
    ],
    [
      'ill like all others',
      { node: node('a', 'Unknown'), nodes: [node('a', 'Unknown')] },
      [`${unreachable}:NoSchedule`],
    ],
    [
      'ill like all others, no more driving',
      {
        node: node('a', 'Unknown', { taints: [keeping(unreachable), driving(unreachable)] }),
        nodes: [node('a', 'Unknown')],
      },
      [`${unreachable}:NoSchedule`],
    ],
    [
      'ill like most of a small zone',
      { node: ill('a', 'z'), nodes: [...illZone, node('d', 'True', { zone: 'z' }), well] },
      [`${unreachable}:NoSchedule`],
    ],
    [
      'ill like all of a zone, while others are well',
      { node: ill('a', 'z'), nodes: [...illZone, well] },
      [`${unreachable}:NoSchedule`, `${unreachable}:NoExecute`],
    ],
  ])('%s', (_name, facts, wanted) => {
    expect(taints(facts)).toEqual(wanted);
  });

  it('and say since when', () => {
    const action = plan({ node: node('a', 'False') }).actions[0];
    expect(action).toMatchObject({ taints: [{ timeAdded: '2026-01-01T00:00:00Z' }, {}] });
  });
});

describe('signs of life', () => {
  it('count from when they were seen, by this clock', () => {
    const signs = new SignsOfLife();
    expect(signs.heard('a', 'one', 1000)).toBe(1000);
    expect(signs.heard('a', 'one', 9000)).toBe(1000);
    expect(signs.heard('a', 'two', 9500)).toBe(9500);
  });

  it('are forgiven after a pause of the controller itself', () => {
    const signs = new SignsOfLife();
    signs.heard('a', 'one', 0);
    expect(signs.heard('a', 'one', 100_000)).toBe(100_000);
  });
});

import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget } from '../../api/generated/policy-v1.js';
import type { SchedulingPlan } from './plan.js';
import { container, node, on, plan, pod, type World, whyNot } from './world.fixture.js';

const important = pod('p', { priority: 100, containers: [container('1500m')] });

function filling(
  nodeName: string,
  name: string,
  cpu: string,
  spec: Partial<PodSpec> & { since?: string } = {},
): Pod {
  const { since, ...rest } = spec;
  const made = on(nodeName, name, { app: name }, { containers: [container(cpu)], ...rest });
  return since === undefined ? made : { ...made, status: { startTime: since } };
}

function budget(app: string, disruptionsAllowed: number): PodDisruptionBudget {
  return {
    metadata: { name: app, namespace: 'default' },
    spec: { selector: { matchLabels: { app } } },
    status: { disruptionsAllowed },
  };
}

function victims({ actions }: SchedulingPlan): readonly string[] {
  return actions.flatMap((action) => (action.type === 'preempt' ? [action.victim.metadata?.name ?? ''] : []));
}

function promisedNode({ actions }: SchedulingPlan): string | undefined {
  const action = actions.find(({ type }) => type === 'setStatus');
  return action?.type === 'setStatus' ? action.status.nominatedNodeName : undefined;
}

const two = [node('a'), node('b')];

describe('a more important Pod makes room', () => {
  it.each<[string, World, readonly string[], string]>([
    [
      'with the only one that is less important',
      { nodes: [node('a')], pods: [filling('a', 'x', '1')] },
      ['x'],
      'a',
    ],
    [
      'sparing what can stay, the more important first',
      {
        nodes: [node('a')],
        pods: [
          filling('a', 'x', '400m', { priority: 5 }),
          filling('a', 'y', '1', { priority: 1 }),
          filling('a', 'z', '1m', { priority: 1 }),
        ],
      },
      ['y'],
      'a',
    ],
    [
      'where the highest victim is lowest',
      {
        nodes: two,
        pods: [filling('a', 'x', '1', { priority: 9 }), filling('b', 'y', '1', { priority: 3 })],
      },
      ['y'],
      'b',
    ],
    [
      'where priorities sum to less',
      {
        nodes: two,
        pods: [filling('a', 'x', '800m'), filling('a', 'x2', '800m'), filling('b', 'y', '1600m')],
      },
      ['y'],
      'b',
    ],
    [
      'where the victims have run the least',
      {
        nodes: two,
        pods: [
          filling('a', 'x', '1', { since: '2026-01-01T00:00:00Z' }),
          filling('b', 'y', '1', { since: '2026-01-01T00:30:00Z' }),
        ],
      },
      ['y'],
      'b',
    ],
    [
      'where no disruption budget is broken, even for a higher victim',
      {
        nodes: two,
        pods: [filling('a', 'x', '1'), filling('b', 'y', '1', { priority: 9 })],
        budgets: [budget('x', 0), budget('y', 1)],
      },
      ['y'],
      'b',
    ],
    [
      'breaking a budget when nothing else helps',
      { nodes: [node('a')], pods: [filling('a', 'x', '1')], budgets: [budget('x', 0)] },
      ['x'],
      'a',
    ],
    [
      'sparing those whose budget would be broken, among equals',
      {
        nodes: [node('a')],
        pods: [filling('a', 'x', '900m'), filling('a', 'y', '900m')],
        pod: pod('p', { priority: 9, containers: [container('1')] }),
        budgets: [budget('x', 0)],
      },
      ['y'],
      'a',
    ],
    [
      'with those whose anti-affinity stands in the way',
      {
        nodes: [node('a')],
        pod: pod(
          'p',
          { priority: 9 },
          { metadata: { name: 'p', namespace: 'default', labels: { app: 'web' } } },
        ),
        pods: [
          filling('a', 'x', '1m', {
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' },
                ],
              },
            },
          }),
        ],
      },
      ['x'],
      'a',
    ],
  ])('%s', (_name, world, wanted, where) => {
    const made = plan({ pod: important, ...world });
    expect(victims(made)).toEqual(wanted);
    expect(promisedNode(made)).toBe(where);
    expect(made.waitingFor?.reason).toBe('WaitingForVictims');
  });

  it('with a message that names no preemption, as in Kubernetes', () => {
    expect(whyNot({ pod: important, nodes: [node('a')], pods: [filling('a', 'x', '1')] })).toBe(
      '0/1 nodes are available: 1 Insufficient cpu.',
    );
  });

  it('and takes back what a less important one was promised', () => {
    const lesser = pod('l', { priority: 1 }, { status: { nominatedNodeName: 'a' } });
    const { actions } = plan({ pod: important, nodes: [node('a')], pods: [filling('a', 'x', '1'), lesser] });
    expect(actions.map(({ type }) => type)).toEqual(['preempt', 'unpromise', 'setStatus']);
  });
});

describe('nobody has to go', () => {
  const full = [filling('a', 'x', '1', { priority: 100 })];
  it.each<[string, World, string]>([
    ['for an equal', { pods: full }, '1 No preemption victims found for incoming pod.'],
    [
      'when it is no use',
      { pods: [...full, filling('a', 'y', '1m')] },
      'preemption: 0/1 nodes are available: 1 Insufficient cpu.',
    ],
    [
      'for one that never preempts',
      {
        pods: [filling('a', 'x', '1')],
        pod: {
          ...important,
          spec: { ...important.spec, containers: [container('1500m')], preemptionPolicy: 'Never' },
        },
      },
      'preemption: not eligible due to preemptionPolicy=Never.',
    ],
    [
      'while those that were told to go are going',
      {
        pods: [
          {
            ...filling('a', 'x', '1'),
            metadata: { name: 'x', namespace: 'default', deletionTimestamp: '2026-01-01T00:59:59Z' },
            status: {
              conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }],
            },
          },
        ],
        pod: { ...important, status: { nominatedNodeName: 'a' } },
      },
      'preemption: not eligible due to a terminating pod on the nominated node.',
    ],
  ])('%s', (_name, world, message) => {
    const made = plan({ pod: important, nodes: [node('a')], ...world });
    expect(victims(made)).toEqual([]);
    expect(made.waitingFor?.message).toContain(message);
  });

  it('and a promise that leads nowhere is taken back', () => {
    const hopeful = { ...important, status: { nominatedNodeName: 'a' } };
    const made = plan({ pod: hopeful, nodes: [node('a')], pods: full });
    expect(made.actions).toMatchObject([{ type: 'setStatus' }]);
    expect(promisedNode(made)).toBeUndefined();
  });
});

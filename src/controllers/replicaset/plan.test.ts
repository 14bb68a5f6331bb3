import { describe, expect, it } from 'vitest';
import type { ReplicaSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { cheapestFirst } from '../shared/pod-ranking.js';
import { planReplicaSet } from './plan.js';

const now = new Date('2026-01-01T01:00:00Z');

function replicaSet(replicas: number): ReplicaSet {
  return {
    metadata: { name: 'web', namespace: 'default', uid: 'r', generation: 1 },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [] } },
    },
  };
}

interface PodOptions {
  readonly node?: string;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly readyAt?: string;
  readonly cost?: string;
  readonly restarts?: number;
  readonly born?: string;
  readonly owner?: string | null;
  readonly app?: string;
}

function pod(name: string, options: PodOptions = {}): Pod {
  const { node = 'n', phase = 'Running', ready = true, owner = 'r', app = 'web' } = options;
  const { readyAt = '2026-01-01T00:00:00Z', born = '2026-01-01T00:00:00Z', restarts = 0, cost } = options;
  const ownerReferences =
    owner === null
      ? []
      : [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: owner, controller: true }];
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      creationTimestamp: born,
      labels: { app },
      ownerReferences,
      ...(cost !== undefined && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
    },
    spec: { containers: [], ...(node !== '' && { nodeName: node }) },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: readyAt }],
      containerStatuses: [{ name: 'c', ready, restartCount: restarts, image: '', imageID: '' }],
    },
  };
}

function steps(set: ReplicaSet, pods: readonly Pod[]): readonly string[] {
  const plan = planReplicaSet({ set, pods, podsOnNode: new Map() }, now);
  return plan.actions.flatMap((action) =>
    'pod' in action ? [`${action.type} ${action.pod.metadata?.name ?? ''}`.trim()] : [],
  );
}

describe('who goes first', () => {
  it.each<[string, Pod, Pod]>([
    ['the one on no node', pod('a', { node: '' }), pod('b')],
    ['the pending one', pod('a', { phase: 'Pending' }), pod('b')],
    ['the one that is not ready', pod('a', { ready: false }), pod('b')],
    ['the cheaper one', pod('a', { cost: '-5' }), pod('b')],
    ['the one with more neighbours', pod('a', { node: 'crowded' }), pod('b')],
    ['the one ready for a shorter time', pod('a', { readyAt: '2026-01-01T00:30:00Z' }), pod('b')],
    ['the one restarted more often', pod('a', { restarts: 2 }), pod('b')],
    ['the younger one', pod('a', { born: '2026-01-01T00:30:00Z' }), pod('b')],
  ])('%s', (_name, first, second) => {
    const podsOnNode = new Map([
      ['crowded', 3],
      ['n', 1],
    ]);
    expect(cheapestFirst([second, first], podsOnNode).map(({ metadata }) => metadata?.name)).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('a ReplicaSet', () => {
  it('creates what is missing, all at once, under random names', () => {
    const plan = planReplicaSet(
      { set: replicaSet(3), pods: [pod('a'), pod('ended', { phase: 'Failed' })], podsOnNode: new Map() },
      now,
    );
    const created = plan.actions.filter(({ type }) => type === 'createPod');
    expect(created).toHaveLength(2);
    expect(created[0]).toMatchObject({ pod: { metadata: { generateName: 'web-', labels: { app: 'web' } } } });
  });

  it('deletes what is too many', () => {
    expect(steps(replicaSet(1), [pod('a'), pod('b', { ready: false })])).toEqual(['deletePod b']);
  });

  it('takes over a matching Pod without an owner, and lets go one that no longer matches', () => {
    expect(steps(replicaSet(2), [pod('a', { owner: null }), pod('b', { app: 'other' })])).toEqual([
      'adoptPod a',
      'releasePod b',
      'createPod',
    ]);
  });

  it('does nothing but count when it is as it should be', () => {
    const plan = planReplicaSet({ set: replicaSet(1), pods: [pod('a')], podsOnNode: new Map() }, now);
    expect(plan.actions).toMatchObject([
      {
        type: 'updateStatus',
        status: { replicas: 1, readyReplicas: 1, availableReplicas: 1, fullyLabeledReplicas: 1 },
      },
    ]);
    expect(plan.waitingFor).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { Deployment, DeploymentSpec, ReplicaSet } from '../../api/generated/apps-v1.js';
import type { IntOrString } from '../../api/generated/meta-v1.js';
import type { DeploymentFacts } from './facts.js';
import { fenceposts } from './numbers.js';
import { planDeployment } from './plan.js';

const now = new Date('2026-01-01T00:00:00Z');

function deployment(spec: Partial<DeploymentSpec> = {}, rest: Partial<Deployment> = {}): Deployment {
  return {
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'd',
      generation: 1,
      annotations: { 'deployment.kubernetes.io/revision': '2' },
    },
    spec: {
      replicas: 10,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } },
      template: templateOf('v2'),
      ...spec,
    },
    ...rest,
  };
}

function templateOf(image: string): DeploymentSpec['template'] {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image }] } };
}

interface SetOptions {
  readonly available?: number;
  readonly revision?: number;
  readonly desired?: number;
  readonly max?: number;
}

function replicaSet(image: string, replicas: number, options: SetOptions = {}): ReplicaSet {
  const { available = replicas, revision = image === 'v2' ? 2 : 1, desired = 10, max = 12 } = options;
  return {
    metadata: {
      name: `web-${image}`,
      namespace: 'default',
      uid: image,
      creationTimestamp: `2026-01-01T00:00:0${revision}Z`,
      labels: { app: 'web' },
      annotations: {
        'deployment.kubernetes.io/revision': String(revision),
        'deployment.kubernetes.io/desired-replicas': String(desired),
        'deployment.kubernetes.io/max-replicas': String(max),
      },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd', controller: true },
      ],
    },
    spec: { replicas, minReadySeconds: 0, selector: {}, template: templateOf(image) },
    status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
  };
}

function steps(
  subject: Deployment,
  replicaSets: readonly ReplicaSet[],
  rest: Partial<DeploymentFacts> = {},
): readonly string[] {
  const plan = planDeployment(
    { deployment: subject, replicaSets, pods: [], takenNames: new Set(), ...rest },
    now,
  );
  return plan.actions.flatMap((action) => {
    if (!('replicaSet' in action)) return [];
    const name = action.type === 'createReplicaSet' ? 'new' : action.replicaSet.metadata?.name;
    return [`${action.type} ${name} ${action.replicaSet.spec?.replicas}`];
  });
}

describe('the room of a rolling update', () => {
  it.each<[IntOrString | undefined, IntOrString | undefined, number, { surge: number; unavailable: number }]>(
    [
      [undefined, undefined, 10, { surge: 3, unavailable: 2 }],
      ['25%', '25%', 3, { surge: 1, unavailable: 0 }],
      ['1%', '1%', 10, { surge: 1, unavailable: 0 }],
      [0, '1%', 10, { surge: 0, unavailable: 1 }],
      [0, 0, 10, { surge: 0, unavailable: 1 }],
      [1, 5, 2, { surge: 1, unavailable: 2 }],
      ['50%', '50%', 3, { surge: 2, unavailable: 1 }],
    ],
  )('surge %s, unavailable %s of %i', (maxSurge, maxUnavailable, replicas, wanted) => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
    expect(fenceposts(deployment({ replicas, strategy }))).toEqual(wanted);
  });
});

describe('a rollout', () => {
  it.each<[string, readonly ReplicaSet[], readonly string[]]>([
    [
      'begins with a set of the new template within the surge',
      [replicaSet('v1', 10)],
      ['createReplicaSet new 2'],
    ],
    [
      'grows the new set as far as the surge lets it',
      [replicaSet('v1', 9), replicaSet('v2', 2)],
      ['updateReplicaSet web-v2 3'],
    ],
    [
      'shrinks the old one as far as availability lets it',
      [replicaSet('v1', 10), replicaSet('v2', 2, { available: 0 })],
      ['updateReplicaSet web-v1 9'],
    ],
    [
      'takes away what is down first',
      [replicaSet('v1', 10, { available: 7 }), replicaSet('v2', 2)],
      ['updateReplicaSet web-v1 7'],
    ],
    ['waits while too few are available', [replicaSet('v1', 9), replicaSet('v2', 3, { available: 0 })], []],
    [
      'rolls over to a third template in the middle of a rollout',
      [replicaSet('v0', 6), replicaSet('v1', 5, { available: 0 })],
      ['createReplicaSet new 1'],
    ],
    [
      'rolls over: what is down goes first, then the oldest',
      [replicaSet('v0', 8, { revision: 0 }), replicaSet('v1', 3, { available: 1 }), replicaSet('v2', 1)],
      ['updateReplicaSet web-v0 7', 'updateReplicaSet web-v1 1'],
    ],
    ['ends with the old set empty', [replicaSet('v1', 0), replicaSet('v2', 10)], []],
  ])('%s', (_name, sets, wanted) => {
    expect(steps(deployment(), sets)).toEqual(wanted);
  });

  it('starts nothing new with Recreate before the old Pods are gone', () => {
    const recreate = deployment({ strategy: { type: 'Recreate' } });
    const sized = { max: 10 };
    expect(steps(recreate, [replicaSet('v1', 10, sized)])).toEqual(['updateReplicaSet web-v1 0']);
    const ownerReferences = [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-v1', uid: 'v1', controller: true },
    ];
    const pods = [
      { metadata: { name: 'p', ownerReferences }, spec: { containers: [] }, status: { phase: 'Running' } },
    ];
    expect(steps(recreate, [replicaSet('v1', 0, sized)], { pods })).toEqual([]);
    expect(steps(recreate, [replicaSet('v1', 0, sized)])).toEqual(['createReplicaSet new 10']);
  });

  it('numbers an old set anew when the template returns to it', () => {
    const back = deployment({ template: templateOf('v1') });
    const plan = planDeployment(
      {
        deployment: back,
        replicaSets: [replicaSet('v1', 0), replicaSet('v2', 10)],
        pods: [],
        takenNames: new Set(),
      },
      now,
    );
    expect(plan.actions[0]).toMatchObject({
      type: 'updateReplicaSet',
      replicaSet: {
        metadata: {
          name: 'web-v1',
          annotations: {
            'deployment.kubernetes.io/revision': '3',
            'deployment.kubernetes.io/revision-history': '1',
          },
        },
      },
    });
  });

  it('keeps as many old sets as the history limit says, the newest', () => {
    const status = {
      replicas: 10,
      updatedReplicas: 10,
      readyReplicas: 10,
      availableReplicas: 10,
      observedGeneration: 1,
    };
    const old = [replicaSet('v0', 0, { revision: 0 }), replicaSet('v1', 0)];
    expect(
      steps(deployment({ revisionHistoryLimit: 1 }, { status }), [...old, replicaSet('v2', 10)]),
    ).toEqual(['deleteReplicaSet web-v0 0']);
  });
});

describe('a new size', () => {
  it('goes to the one active set', () => {
    expect(steps(deployment({ replicas: 15 }), [replicaSet('v1', 0), replicaSet('v2', 10)])).toEqual([
      'updateReplicaSet web-v2 15',
    ]);
  });

  it('is spread in proportion in the middle of a rollout, the leftover to the largest', () => {
    const sets = [replicaSet('v1', 8), replicaSet('v2', 4, { available: 0 })];
    expect(steps(deployment({ replicas: 20 }), sets)).toEqual([
      'updateReplicaSet web-v1 15',
      'updateReplicaSet web-v2 7',
    ]);
    expect(steps(deployment({ replicas: 0 }), sets)).toEqual([
      'updateReplicaSet web-v1 0',
      'updateReplicaSet web-v2 0',
    ]);
  });

  it('applies while paused, and nothing else does', () => {
    expect(steps(deployment({ paused: true }), [replicaSet('v1', 10)])).toEqual([]);
    expect(steps(deployment({ paused: true, replicas: 4 }), [replicaSet('v1', 10)])).toEqual([
      'updateReplicaSet web-v1 4',
    ]);
  });
});

it('counts a clash of names', () => {
  const first = planDeployment(
    { deployment: deployment(), replicaSets: [], pods: [], takenNames: new Set() },
    now,
  );
  const created = first.actions[0];
  const name = created?.type === 'createReplicaSet' ? (created.replicaSet.metadata?.name ?? '') : '';
  const second = planDeployment(
    { deployment: deployment(), replicaSets: [], pods: [], takenNames: new Set([name]) },
    now,
  );
  expect(second.actions.at(-1)).toMatchObject({ type: 'updateStatus', status: { collisionCount: 1 } });
});

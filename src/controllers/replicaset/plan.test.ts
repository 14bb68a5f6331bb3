import { describe, expect, it } from 'vitest';
import type { ReplicaSet, ReplicaSetStatus } from '../../api/generated/apps-v1.js';
import type { Pod, ReplicationController } from '../../api/generated/core-v1.js';
import { cheapestFirst } from '../shared/pod-ranking.js';
import { describeAction } from './actions.js';
import { withRefusal } from './failure.js';
import { type ReplicaKind, type Replicated, replicaSetKind, replicationControllerKind } from './kind.js';
import { planReplicaSet } from './plan.js';

const now = new Date('2026-01-01T01:00:00Z');

type Spec = NonNullable<Replicated['spec']>;

const metadata = { name: 'web', namespace: 'default', uid: 'r', generation: 1 };

function specOf(replicas: number): Spec {
  return { replicas, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [] } } };
}

function replicaSet(spec: Spec, status?: ReplicaSetStatus): ReplicaSet {
  return { metadata, spec: { ...spec, selector: { matchLabels: { app: 'web' } } }, status };
}

function replicationController(spec: Spec, status?: ReplicaSetStatus): ReplicationController {
  return { metadata, spec: { ...spec, selector: { app: 'web' } }, status };
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

/** One kind and the objects of it, for tests that hold for both. */
interface Case<T extends Replicated> {
  readonly kind: ReplicaKind<T>;
  make(spec: Spec, status?: ReplicaSetStatus): T;
}

function holdsFor<T extends Replicated>({ kind, make }: Case<T>): void {
  const planOf = (set: T, pods: readonly Pod[]) =>
    planReplicaSet({ kind, set, selector: kind.selectorOf(set), pods, podsOnNode: new Map() }, now);
  const steps = (set: T, pods: readonly Pod[]): readonly string[] =>
    planOf(set, pods).actions.flatMap((action) =>
      'pod' in action ? [`${action.type} ${action.pod.metadata?.name ?? ''}`.trim()] : [],
    );
  const statusAfter = (set: T, pods: readonly Pod[]): ReplicaSetStatus | undefined =>
    planOf(set, pods).actions.flatMap((action) => ('status' in action ? [action.status] : []))[0];
  const refusedIn = (set: T, pods: readonly Pod[]): ReplicaSetStatus | undefined =>
    planOf(set, pods).actions.flatMap((action) => ('ifRefused' in action ? [action.ifRefused] : []))[0];

  it('creates what is missing, all at once, under random names', () => {
    const plan = planOf(make(specOf(3)), [pod('a'), pod('ended', { phase: 'Failed' })]);
    const created = plan.actions.filter(({ type }) => type === 'createPod');
    expect(created).toHaveLength(2);
    expect(created[0]).toMatchObject({
      pod: {
        metadata: {
          generateName: 'web-',
          labels: { app: 'web' },
          ownerReferences: [{ kind: kind.row.kind, name: 'web', uid: 'r', controller: true }],
        },
      },
    });
    expect(plan.actions.map(describeAction)[0]).toBe(`createPod web-* of ${kind.row.kind} default/web`);
  });

  it('deletes what is too many', () => {
    expect(steps(make(specOf(1)), [pod('a'), pod('b', { ready: false })])).toEqual(['deletePod b']);
  });

  it('takes over a matching Pod without an owner, and lets go one that no longer matches', () => {
    expect(steps(make(specOf(2)), [pod('a', { owner: null }), pod('b', { app: 'other' })])).toEqual([
      'adoptPod a',
      'releasePod b',
      'createPod',
    ]);
  });

  it('does nothing but count when it is as it should be, and nothing at all once it has', () => {
    const pods = [pod('a')];
    const counted = statusAfter(make(specOf(1)), pods);
    expect(counted).toEqual({
      observedGeneration: 1,
      replicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      fullyLabeledReplicas: 1,
      ...(kind.countsTerminating && { terminatingReplicas: 0 }),
    });
    const settled = planOf(make(specOf(1), counted), pods);
    expect(settled.actions).toEqual([]);
    expect(settled.waitingFor).toBeUndefined();
  });

  it('a ready Pod counts as available after minReadySeconds, when the plan looks again', () => {
    const set = make({ ...specOf(1), minReadySeconds: 30 });
    const pods = [pod('a', { readyAt: '2026-01-01T00:59:50Z' })];
    expect(statusAfter(set, pods)).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    expect(planOf(set, pods)).toMatchObject({
      lookAgainAfterMs: 20_000,
      waitingFor: { reason: 'PodNotAvailable', message: 'a has not been ready for long enough' },
    });
  });

  it('counts apart the Pods that lack labels of the template', () => {
    const spec = specOf(1);
    const labels = { app: 'web', tier: 'front' };
    const set = make({ ...spec, template: { ...spec.template, metadata: { labels } } });
    expect(statusAfter(set, [pod('a')])).toMatchObject({ replicas: 1, fullyLabeledReplicas: 0 });
  });

  it.each([
    ['FailedCreate', 2, [pod('a')]],
    ['FailedDelete', 0, [pod('a')]],
  ] as const)('%s: a refused Pod makes the condition ReplicaFailure', (reason, replicas, pods) => {
    const refused = refusedIn(make(specOf(replicas)), pods);
    expect(refused).toMatchObject({ observedGeneration: 1, replicas: 1, readyReplicas: 1 });
    expect(withRefusal(refused ?? { replicas: 0 }, 'no room').conditions).toEqual([
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason,
        message: 'no room',
        lastTransitionTime: '2026-01-01T01:00:00Z',
      },
    ]);
  });

  it('the first refusal stays as it is until none is refused any more', () => {
    const failure = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'no room',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const other = { type: 'Other', status: 'True' };
    const set = make(specOf(1), { replicas: 0, conditions: [other, failure] });
    expect(withRefusal(refusedIn(set, []) ?? { replicas: 1 }, 'still no room').conditions).toEqual([
      other,
      failure,
    ]);
    expect(statusAfter(set, [pod('a')])?.conditions).toEqual([other]);
  });
}

describe('a ReplicaSet', () => holdsFor({ kind: replicaSetKind, make: replicaSet }));

describe('a ReplicationController', () => {
  holdsFor({ kind: replicationControllerKind, make: replicationController });
});

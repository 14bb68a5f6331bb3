import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../api/generated/core-v1.js';
import type { DaemonSetAction } from './actions.js';
import { daemonSpec, podForNode } from './daemon-pod.js';
import { backoffLeftMs, FailureMemory } from './failure-memory.js';
import { limitsOf } from './limits.js';
import { standingOn } from './standing.js';
import { daemonSet, node, type SetOptions, World } from './world.fixture.js';

const template = (spec: Partial<PodSpec>): SetOptions => ({
  template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [], ...spec } },
});
const rolling = (maxUnavailable: number | string, maxSurge: number | string): SetOptions => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } },
});
const nodes = ['a', 'b', 'c', 'd'].map((name) => node(name));

/** What is done to Pods, in words. */
function words(actions: readonly DaemonSetAction[]): readonly string[] {
  return actions.flatMap((action) => {
    if (action.type === 'createPod') return [`create on ${action.node}`];
    return action.type === 'deletePod' ? [`delete ${action.cause} on ${action.node}`] : [];
  });
}

function flourishing(options: SetOptions = {}): World {
  const world = new World(daemonSet(options), nodes);
  world.settle();
  world.flourish();
  world.settle();
  return world;
}

describe('the nodes of a set', () => {
  const labelled = node('a', [], { disk: 'ssd' });
  const affinity = (values: string[]): Partial<PodSpec> => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values }] }],
        },
      },
    },
  });
  it.each([
    ['all, when it says nothing', {}, labelled, [true, true]],
    ['the one that it names', { nodeName: 'a' }, labelled, [true, true]],
    ['not the one it does not name', { nodeName: 'b' }, labelled, [false, false]],
    ['those that its selector selects', { nodeSelector: { disk: 'ssd' } }, labelled, [true, true]],
    ['not those that it does not', { nodeSelector: { disk: 'hdd' } }, labelled, [false, false]],
    ['those that its affinity allows', affinity(['ssd']), labelled, [true, true]],
    ['not those that it does not allow', affinity(['hdd']), labelled, [false, false]],
    ['not tainted ones, but a Pod may stay', {}, node('a', ['x:NoSchedule']), [false, true]],
    ['not ones that drive Pods out', {}, node('a', ['x:NoExecute']), [false, false]],
    ['those where it would rather not be', {}, node('a', ['x:PreferNoSchedule']), [true, true]],
    [
      'tainted ones that it tolerates',
      { tolerations: [{ operator: 'Exists' }] },
      node('a', ['x:NoExecute']),
      [true, true],
    ],
    ['cordoned ones', {}, node('a', ['node.kubernetes.io/unschedulable:NoSchedule']), [true, true]],
    ['unreachable ones', {}, node('a', ['node.kubernetes.io/unreachable:NoExecute']), [true, true]],
    [
      'not ones without network',
      {},
      node('a', ['node.kubernetes.io/network-unavailable:NoSchedule']),
      [false, true],
    ],
    [
      'ones without network, with hostNetwork',
      { hostNetwork: true },
      node('a', ['node.kubernetes.io/network-unavailable:NoSchedule']),
      [true, true],
    ],
  ])('%s', (_name, spec, at, [shouldRun, mayStay]) => {
    const standing = standingOn(daemonSet(template(spec)), at);
    expect(standing).toMatchObject({ shouldRun, mayStay });
    expect(standing.refusal === undefined).toBe(shouldRun);
  });
});

describe('a Pod of the set', () => {
  it('can be bound to its node only, and bears the hash and the count of its template', () => {
    const { metadata, spec } = podForNode(daemonSet(), 'a', 'h');
    expect(metadata).toMatchObject({
      generateName: 'agent-',
      labels: { app: 'agent', 'controller-revision-hash': 'h', 'pod-template-generation': '1' },
      ownerReferences: [{ kind: 'DaemonSet', name: 'agent', uid: 'ds', controller: true }],
    });
    expect(spec?.nodeName).toBeUndefined();
    expect(spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution).toEqual({
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }],
    });
  });

  it('keeps the tolerations of the template, but none with a limit where a daemon has none', () => {
    const key = 'node.kubernetes.io/not-ready';
    const limited = { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
    const { tolerations = [] } = daemonSpec({ containers: [], tolerations: [{ key: 'x' }, limited] });
    expect(tolerations.slice(0, 2)).toEqual([{ key: 'x' }, { key, operator: 'Exists', effect: 'NoExecute' }]);
    expect(tolerations).toHaveLength(7);
  });
});

it.each([
  [rolling(1, 0), 4, [1, 0]],
  [rolling('30%', 0), 4, [2, 0]],
  [rolling(0, '26%'), 4, [0, 2]],
  [rolling(0, 0), 4, [1, 0]],
])('the room of %j with %i nodes', (options, desired, [maxUnavailable, maxSurge]) => {
  expect(limitsOf(daemonSet(options), desired)).toEqual({ maxUnavailable, maxSurge });
});

describe('a rollout', () => {
  it('deletes as many as may be unavailable, and waits for their successors', () => {
    const world = flourishing(rolling(2, 0));
    world.image('agent:2');
    expect(words(world.settle())).toEqual(['delete outdated on a', 'delete outdated on b']);
    expect(world.plan().waitingFor).toMatchObject({ reason: 'PodTerminating' });
    for (const name of world.pods.keys()) world.fate(name, 'gone');
    expect(words(world.settle())).toEqual(['create on a', 'create on b']);
  });

  it('replaces Pods that serve nobody without counting them', () => {
    const world = flourishing();
    for (const [name] of [...world.pods].slice(0, 2)) world.fate(name, 'unready');
    world.image('agent:2');
    const [first] = [world.step()];
    expect(words(first)).toEqual(['delete outdated on a', 'delete outdated on b', 'delete outdated on c']);
  });

  it('makes new Pods beside the old ones as far as it may surge', () => {
    const world = flourishing(rolling(0, '50%'));
    world.image('agent:2');
    expect(words(world.settle())).toEqual(['create on a', 'create on b']);
    world.flourish();
    expect(words(world.step())).toEqual(['delete outdated on a', 'delete outdated on b']);
  });

  it('leaves it to the user with OnDelete', () => {
    const world = flourishing({ updateStrategy: { type: 'OnDelete' } });
    world.image('agent:2');
    expect(words(world.settle())).toEqual([]);
    expect(world.plan().waitingFor).toMatchObject({ reason: 'UpdateOnDelete' });
  });

  it('waits for minReadySeconds, and knows when to look again', () => {
    const world = new World(daemonSet({ minReadySeconds: 10 }), nodes);
    world.settle();
    world.flourish();
    world.settle();
    world.pass(4);
    expect(world.plan()).toMatchObject({
      waitingFor: { reason: 'PodNotAvailable' },
      lookAgainAfterMs: 6000,
    });
  });

  it('takes a former template up again, and forgets those beyond the limit', () => {
    const world = flourishing({ revisionHistoryLimit: 1 });
    for (const image of ['agent:2', 'agent:3', 'agent:1', 'agent:3']) {
      world.image(image);
      for (let round = 0; round < 10; round += 1) {
        world.settle();
        world.flourish();
      }
    }
    expect([...world.revisions.values()].map(({ revision }) => revision).toSorted()).toEqual([4, 5]);
  });
});

describe('Pods that end', () => {
  it('are replaced at once the first time, and ever later then', () => {
    const world = flourishing();
    const fail = (): void => {
      for (const name of world
        .living()
        .get('a')
        ?.map(({ metadata }) => metadata?.name ?? '') ?? []) {
        world.fate(name, 'fail');
      }
    };
    fail();
    expect(words(world.settle())).toEqual(['delete failed on a', 'create on a']);
    fail();
    expect(words(world.settle())).toEqual([]);
    expect(world.plan()).toMatchObject({
      waitingFor: { reason: 'FailedPodBackOff' },
      lookAgainAfterMs: 1000,
    });
    world.pass(1);
    expect(words(world.settle())).toEqual(['delete failed on a', 'create on a']);
  });

  it('are waited for up to a quarter of an hour, and forgotten after half an hour', () => {
    expect(backoffLeftMs({ count: 30, lastMs: 0 }, 1)).toBe(899_999);
    expect(backoffLeftMs({ count: 30, lastMs: 0 }, 1_800_001)).toBe(0);
    const memory = new FailureMemory();
    memory.note(daemonSet(), 'a', 0);
    memory.note(daemonSet(), 'a', 1);
    expect(memory.of(daemonSet()).get('a')).toEqual({ count: 2, lastMs: 1 });
    memory.note(daemonSet(), 'a', 1_800_002);
    expect(memory.of(daemonSet()).get('a')?.count).toBe(1);
    memory.forget('ds');
    expect(memory.of(daemonSet()).size).toBe(0);
  });

  it('are replaced when they ended well, too', () => {
    const world = flourishing();
    world.fate([...world.pods.keys()][0] ?? '', 'succeed');
    expect(words(world.settle())).toEqual(['delete succeeded on a', 'create on a']);
  });
});

it('a set that is being deleted writes nothing', () => {
  const set = daemonSet();
  const leaving = { ...set, metadata: { ...set.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const plan = new World(leaving, nodes).plan();
  expect([plan.actions, plan.waitingFor?.reason]).toEqual([[], 'SetBeingDeleted']);
});

it('a Pod that was made for a node that is gone goes, unless it was bound', () => {
  const world = new World(daemonSet(), nodes);
  world.settle();
  world.fate([...world.pods.keys()][0] ?? '', 'bind');
  world.nodes.delete('a');
  world.nodes.delete('b');
  expect(words(world.settle())).toEqual(['delete unwanted on b']);
});

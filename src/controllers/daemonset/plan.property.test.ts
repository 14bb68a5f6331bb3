import { expect, it } from 'vitest';
import { isPodReady } from '../../api/pods.js';
import type { Random } from '../../lib/random.js';
import { seed } from '../../lib/seed.fixture.js';
import { seededRandom } from '../../lib/seeded-random.js';
import { isUpdated } from './situation.js';
import { standingOn } from './standing.js';
import { daemonSet, type Fate, node, type SetOptions, World } from './world.fixture.js';

const runs = Number(process.env['HOLDFAST_RUNS'] ?? 300);
const fates: readonly Fate[] = ['bind', 'ready', 'ready', 'unready', 'fail', 'succeed', 'gone', 'delete'];
const taints = [
  [],
  [],
  [],
  ['a:NoSchedule'],
  ['b:NoExecute'],
  ['node.kubernetes.io/unschedulable:NoSchedule'],
];
const strategies: readonly SetOptions['updateStrategy'][] = [
  { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '50%', maxSurge: 0 } },
  { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
  { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '40%' } },
  { type: 'OnDelete' },
];

function pick<T>(random: Random, list: readonly T[]): T | undefined {
  return list[Math.floor(random.next() * list.length)];
}

/** One thing that may happen in a cluster. */
function happen(world: World, random: Random): void {
  const chance = random.next();
  if (chance < 0.6) {
    world.fate(pick(random, [...world.pods.keys()]) ?? '', pick(random, fates) ?? 'ready');
  } else if (chance < 0.7) {
    const name = `node-${Math.floor(random.next() * 5)}`;
    world.nodes.set(name, node(name, pick(random, taints)));
  } else if (chance < 0.75) {
    world.nodes.delete(pick(random, [...world.nodes.keys()]) ?? '');
  } else if (chance < 0.82) {
    world.image(`agent:${Math.floor(random.next() * 4)}`);
  } else if (chance < 0.86) {
    world.edit({ updateStrategy: pick(random, strategies) ?? {} });
  } else {
    world.pass(random.next() * 30);
  }
}

/** A pass, cut short now and then, never leaves two Pods on a node but for a surge. */
function passOn(world: World, random: Random): void {
  const before = world.living();
  world.step(random.next() < 0.2 ? Math.floor(random.next() * 3) : undefined);
  const { maxSurge = 0 } = world.set.spec?.updateStrategy?.rollingUpdate ?? {};
  const most = maxSurge === 0 ? 1 : 2;
  for (const [name, pods] of world.living()) {
    expect(pods.length, name).toBeLessThanOrEqual(Math.max(most, before.get(name)?.length ?? 0));
  }
}

/** Whatever happened, in quiet times everything comes to be as it should. */
function comeToRest(world: World): void {
  for (const name of world.pods.keys()) {
    const pod = world.pods.get(name);
    if (pod?.spec?.nodeName && !world.nodes.has(pod.spec.nodeName)) world.pods.delete(name);
  }
  for (let round = 0; round < 30; round += 1) {
    world.settle();
    world.flourish();
    world.pass(1000);
  }
}

function expectRest(world: World): void {
  const plan = world.plan();
  expect(plan.actions).toEqual([]);
  const living = world.living();
  const rolls = world.set.spec?.updateStrategy?.type !== 'OnDelete';
  const wanted = [...world.nodes.values()].filter((each) => standingOn(world.set, each).shouldRun);
  for (const { metadata } of wanted) {
    const [pod, ...others] = living.get(metadata?.name ?? '') ?? [];
    expect([pod !== undefined && isPodReady(pod), others]).toEqual([true, []]);
  }
  const hash = [...world.revisions.values()].toSorted((a, b) => a.revision - b.revision).at(-1)?.metadata
    ?.labels?.['controller-revision-hash'];
  const isNew = [...living.values()]
    .flat()
    .map((pod) => isUpdated({ set: world.set, hash: hash ?? '' }, pod));
  if (rolls) expect(isNew).not.toContain(false);
  if (rolls) expect(plan.waitingFor).toBeUndefined();
  expect(world.set.status).toMatchObject({
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: wanted.length,
    numberReady: wanted.length,
    numberAvailable: wanted.length,
    numberUnavailable: 0,
  });
  if (rolls) expect(world.set.status?.updatedNumberScheduled).toBe(wanted.length);
}

it('lives through edits of nodes and set and through all fates of Pods', () => {
  for (let run = 0; run < runs; run += 1) {
    const random = seededRandom(seed * 1_000_003 + run);
    const strategy = pick(random, strategies) ?? {};
    const minReadySeconds = pick(random, [0, 0, 10]) ?? 0;
    const nodes = ['node-0', 'node-1', 'node-2'].map((name) => node(name));
    const world = new World(daemonSet({ updateStrategy: strategy, minReadySeconds }), nodes);
    try {
      for (let turn = 0; turn < 60; turn += 1) {
        happen(world, random);
        passOn(world, random);
      }
      comeToRest(world);
      expectRest(world);
    } catch (error) {
      throw new Error(`run ${run} of HOLDFAST_SEED=${seed}`, { cause: error });
    }
  }
});

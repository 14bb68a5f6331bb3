import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StatefulSetSpec } from '../../api/generated/apps-v1.js';
import { isTerminating } from '../../api/pods.js';
import type { StatefulSetAction } from './actions.js';
import { ordinalOf, ordinalRange, revisionOf } from './identity.js';
import { isAvailable } from './members.js';
import { claimTemplate, type Fate, newSet, templateOf, World } from './world.fixture.js';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Date.now() % 2 ** 31);
const histories = Number(process.env['HOLDFAST_RUNS'] ?? 400);

type Step =
  | { readonly do: 'pass' | 'tick' | 'settle-one' }
  | { readonly do: 'edit'; readonly spec: Partial<StatefulSetSpec> }
  | { readonly do: 'fate'; readonly pick: number; readonly fate: Fate }
  | { readonly do: 'lose-claim'; readonly pick: number };

const edits: fc.Arbitrary<Partial<StatefulSetSpec>> = fc.oneof(
  fc.record({ replicas: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ template: fc.constantFrom('v1', 'v2', 'v3').map(templateOf) }),
  fc.record({ ordinals: fc.record({ start: fc.integer({ min: 0, max: 3 }) }) }),
  fc.record({ minReadySeconds: fc.constantFrom(0, 5) }),
  fc.record({ revisionHistoryLimit: fc.constantFrom(0, 2) }),
  fc.record({
    persistentVolumeClaimRetentionPolicy: fc.record({
      whenDeleted: fc.constantFrom('Retain', 'Delete'),
      whenScaled: fc.constant('Retain'),
    }),
  }),
  fc.integer({ min: 0, max: 4 }).map((partition) => ({
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } },
  })),
  fc.constant({ updateStrategy: { type: 'OnDelete' } }),
);

const fates: readonly Fate[] = [
  'run',
  'ready',
  'ready',
  'ready',
  'unready',
  'fail',
  'succeed',
  'terminate',
  'vanish',
  'vanish',
  'unlabel',
];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'pass' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'tick' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'settle-one' }) },
  { weight: 3, arbitrary: edits.map((spec): Step => ({ do: 'edit', spec })) },
  {
    weight: 6,
    arbitrary: fc
      .record({ pick: fc.nat(20), fate: fc.constantFrom(...fates) })
      .map((rest): Step => ({ do: 'fate', ...rest })),
  },
  { weight: 1, arbitrary: fc.nat(20).map((pick): Step => ({ do: 'lose-claim', pick })) },
);

/** What must hold of every single write. */
function checkAction(world: World, action: StatefulSetAction): void {
  const { set } = world;
  const ordered = set.spec?.podManagementPolicy !== 'Parallel';
  if (action.type === 'createPod') {
    const name = action.pod.metadata?.name ?? '';
    expect(world.pods.has(name), `a second ${name}`).toBe(false);
    if (ordered) checkPredecessors(world, name);
  }
  if (action.type === 'deletePod' && ordered) checkDeletion(world, action);
  if (
    action.type === 'setClaimOwners' &&
    set.spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted !== 'Delete'
  ) {
    expect(action.owners, 'a claim that is retained gets an owner').toEqual([]);
  }
}

/** OrderedReady: nobody is created before all before it are available. */
function checkPredecessors(world: World, name: string): void {
  const ordinal = ordinalOf('web', name) ?? -1;
  for (let before = ordinalRange(world.set).start; before < ordinal; before += 1) {
    const pod = world.pods.get(`web-${before}`);
    expect(
      isAvailable(world.set, pod, world.now),
      `${name} is created although web-${before} is not available`,
    ).toBe(true);
  }
}

/** OrderedReady: no two on their way out by our hand, and of those beyond the range the highest first. */
function checkDeletion(world: World, action: Extract<StatefulSetAction, { type: 'deletePod' }>): void {
  const name = action.pod.metadata?.name ?? '';
  const ordinal = ordinalOf('web', name) ?? -1;
  const { start, end } = ordinalRange(world.set);
  expect(isTerminating(world.pods.get(name) ?? {}), `${name} is deleted twice`).toBe(false);
  if (ordinal >= start && ordinal < end) return;
  for (const other of world.pods.keys()) {
    const condemned = ordinalOf('web', other) ?? -1;
    if (condemned < start || condemned >= end)
      expect(condemned, `${name} goes before ${other}`).toBeLessThanOrEqual(ordinal);
  }
}

/** Whether the set is as its spec says. */
function isSettled(world: World): boolean {
  const { start, end } = ordinalRange(world.set);
  const strategy = world.set.spec?.updateStrategy;
  const partition = strategy?.rollingUpdate?.partition ?? 0;
  const names = Array.from({ length: end - start }, (_, index) => `web-${start + index}`);
  if (world.names().join() !== [...names].sort().join()) return false;
  return names.every((name, index) => {
    const pod = world.pods.get(name);
    if (!isAvailable(world.set, pod, world.now)) return false;
    const held = strategy?.type === 'OnDelete' ? false : index < partition;
    return held || revisionOf(pod) === world.set.status?.updateRevision;
  });
}

function pass(world: World): void {
  let deletions = 0;
  const plan = world.pass((action) => {
    checkAction(world, action);
    if (action.type === 'deletePod') deletions += 1;
  });
  if (world.set.spec?.podManagementPolicy !== 'Parallel') expect(deletions).toBeLessThanOrEqual(1);
  const idle = plan.actions.every(({ type }) => type === 'updateStatus');
  if (idle && !isSettled(world)) expect(plan.waitingFor, 'nothing is done and nothing is said').toBeDefined();
}

function take(world: World, step: Step): void {
  const names = world.names();
  switch (step.do) {
    case 'pass':
      pass(world);
      return;
    case 'tick':
      world.now = new Date(world.now.getTime() + 3000);
      return;
    case 'settle-one':
      pass(world);
      for (const name of names) {
        world.fate(name, isTerminating(world.pods.get(name) ?? {}) ? 'vanish' : 'ready');
      }
      pass(world);
      return;
    case 'edit':
      world.edit(step.spec);
      return;
    case 'fate':
      world.fate(names[step.pick % Math.max(1, names.length)] ?? '', step.fate);
      return;
    case 'lose-claim': {
      const claims = [...world.claims.keys()];
      world.claims.delete(claims[step.pick % Math.max(1, claims.length)] ?? '');
    }
  }
}

/** Nothing left to do, and no Pod with a fate ahead of it. */
function isQuiet(world: World): boolean {
  const pods = [...world.pods.values()];
  return world.pass().actions.length === 0 && pods.every((pod) => isAvailable(world.set, pod, world.now));
}

/** Good fortune from here on: everything becomes ready and time passes. */
function converge(world: World): void {
  for (let round = 0; round < 200; round += 1) {
    for (const name of world.names()) {
      world.fate(name, isTerminating(world.pods.get(name) ?? {}) ? 'vanish' : 'ready');
    }
    pass(world);
    world.now = new Date(world.now.getTime() + 10_000);
    if (isQuiet(world)) return;
  }
  throw new Error('the world did not converge');
}

it(`holds its invariants over ${histories} generated histories (HOLDFAST_SEED=${seed})`, () => {
  const policy = fc.constantFrom('OrderedReady', 'Parallel');
  const property = fc.property(
    policy,
    fc.boolean(),
    fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }),
    (podManagementPolicy, claims, steps) => {
      const volumeClaimTemplates = claims ? [claimTemplate('data')] : undefined;
      const world = new World(newSet({ podManagementPolicy, volumeClaimTemplates }));
      for (const one of steps) take(world, one);
      converge(world);
      const plan = world.pass();
      expect(plan.actions, 'a converged world plans nothing').toEqual([]);
      if (world.set.spec?.updateStrategy?.type === 'OnDelete') return;
      expect(isSettled(world)).toBe(true);
      expect(plan.waitingFor).toBeUndefined();
      expect(world.set.status).toMatchObject({
        replicas: world.set.spec?.replicas,
        readyReplicas: world.set.spec?.replicas,
      });
    },
  );
  fc.assert(property, { seed, numRuns: histories });
}, 600_000);

import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Pod } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import { seed } from '../../lib/seed.fixture.js';
import { newTally, take } from './fates.fixture.js';
import { firstSet, type History, histories } from './histories.fixture.js';
import { checkedPass, isSettled, type Pass } from './invariants.fixture.js';
import { isAvailable } from './members.js';
import { strategyOf } from './strategy.js';
import { replaceStuckPods } from './stuck.js';
import { World } from './world.fixture.js';

const numRuns = Number(process.env['HOLDFAST_RUNS'] ?? 10_000);
const tally = newTally();
let steps = 0;

/** Good fortune from here on, and a user who does what the set says it waits for. */
function converge(world: World): void {
  for (let round = 0; round < 300; round += 1) {
    world.collectGarbage();
    const plan = checkedPass(world);
    if (plan.actions.length === 0 && isQuiet(world)) return;
    help(world, plan);
    world.tick(10_000);
  }
  throw new Error(`the world did not converge: ${JSON.stringify(checkedPass(world).waitingFor)}`);
}

/** Nothing of a Pod or a claim is still ahead of it. */
function isQuiet(world: World): boolean {
  const pods = [...world.pods.values()];
  const isOwn = ({ metadata }: Pod): boolean => metadata?.labels?.['app'] === 'web';
  return !world.isGoing && pods.every((pod) => isOwn(pod) && isAvailable(world.set, pod, world.now));
}

function help(world: World, { waitingFor }: Pass): void {
  const stuck = waitingFor?.reason === 'StuckOnOldRevision' ? waitingFor.on?.name : undefined;
  const replaces = world.set.metadata?.annotations?.[replaceStuckPods] === 'true';
  for (const [name, pod] of world.pods) {
    if (isTerminating(pod)) world.remove(name);
    else if (name !== stuck) world.fate(name, 'ready');
    else if (!replaces) world.kill(name);
    if (pod.metadata?.labels?.['app'] !== 'web') world.relabel(name, 'web');
  }
  if (world.isGoing && world.ownPods().length === 0) world.replaceSet();
}

function live({ steps: all, gates, ...rest }: History): void {
  const world = new World(firstSet({ steps: all, gates, ...rest }), gates);
  for (const step of all) take(world, step, tally);
  steps += all.length;
  converge(world);
  const plan = checkedPass(world);
  expect(plan.actions, 'a converged world plans nothing').toEqual([]);
  if (strategyOf(world.set, world.gates) === 'OnDelete') return;
  expect(isSettled(world), 'a converged world is as its spec says').toBe(true);
  expect(plan.waitingFor, 'a settled set waits for nothing').toBeUndefined();
  const replicas = world.set.spec?.replicas;
  expect(world.set.status).toMatchObject({ replicas, readyReplicas: replicas, availableReplicas: replicas });
}

it(`holds its invariants over ${numRuns} generated histories (HOLDFAST_SEED=${seed})`, () => {
  fc.assert(fc.property(histories, live), { seed, numRuns });
  expect([...tally].filter(([, count]) => count === 0)).toEqual([]);
}, 600_000);

afterAll(() => {
  const counts = [...tally].map(([what, count]) => `${what} ${count}`).join(', ');
  process.stdout.write(`${numRuns} histories, ${steps} steps, HOLDFAST_SEED=${seed}: ${counts}\n`);
});

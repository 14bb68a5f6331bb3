import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { known } from '../lib/known.js';
import { ModelCluster } from './model.fixture.js';
import { plan } from './plan.js';
import { factsOf, NOW } from './world.fixture.js';

const SIZE = 3;
const fates = ['nothing', 'crash', 'replacePod', 'emptyReplica', 'restartOperator', 'emptyPrimary'] as const;
type Fate = (typeof fates)[number];

function pass(cluster: ModelCluster): void {
  const facts = factsOf(cluster.facts(), { record: known(cluster.record) });
  for (const action of plan(facts, NOW).actions) {
    if (action.kind === 'beginClone') expect(ownData(cluster, action.pod.metadata?.name ?? '')).toBe(false);
    cluster.perform(action);
  }
}

/** Whether a member holds transactions that nobody else has: a clone would destroy them. */
function ownData(cluster: ModelCluster, name: string): boolean {
  const { executed } = cluster.members[Number(name.split('-')[1])]?.volume ?? {
    executed: new Map<string, number>(),
  };
  return [...executed].some(
    ([uuid, count]) =>
      cluster.members[0]?.volume.executed.get(uuid) !== count &&
      cluster.members[0]?.volume.uuid !== uuid &&
      !cluster.acknowledged.has(uuid),
  );
}

function strike(cluster: ModelCluster, fate: Fate, ordinal: number): void {
  if (fate === 'crash') cluster.crash(ordinal);
  if (fate === 'replacePod') cluster.replacePod(ordinal);
  if (fate === 'emptyReplica') cluster.emptyVolume(1 + (ordinal % (SIZE - 1)));
  if (fate === 'emptyPrimary') cluster.emptyVolume(0);
  if (fate === 'restartOperator') cluster.restartOperator();
}

function checkInvariants(cluster: ModelCluster): void {
  const [primary] = cluster.members;
  if (primary?.shown?.ready !== true || primary.downFor > 0) return;
  // A ready primary has every transaction that was ever acknowledged.
  for (const [uuid, count] of cluster.acknowledged)
    expect(primary.volume.executed.get(uuid) ?? 0).toBeGreaterThanOrEqual(count);
}

function run(cluster: ModelCluster, moments: number): void {
  for (let moment = 0; moment < moments; moment += 1) {
    pass(cluster);
    checkInvariants(cluster);
    cluster.tick();
    checkInvariants(cluster);
  }
}

const history = fc.array(
  fc.record({
    fate: fc.constantFrom(...fates),
    ordinal: fc.nat(SIZE - 1),
    moments: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 5, maxLength: 30 },
);

describe('histories of a set', () => {
  it('come up in order without a fault', () => {
    const cluster = new ModelCluster(SIZE);
    run(cluster, 60);
    expect(cluster.members.map(({ shown }) => shown?.reason)).toEqual([
      'Primary',
      'Replicating',
      'Replicating',
    ]);
  });

  it('lose no acknowledged write and come back from every fault but lost data', () => {
    const counts = new Map<Fate, number>();
    fc.assert(
      fc.property(history, (steps) => {
        const cluster = new ModelCluster(SIZE);
        let emptied = false;
        for (const { fate, ordinal, moments } of steps) {
          counts.set(fate, (counts.get(fate) ?? 0) + 1);
          // An emptied primary is lost only once it had served.
          if (fate === 'emptyPrimary' && cluster.record?.primaryUuid !== undefined) emptied = true;
          strike(cluster, fate, ordinal);
          run(cluster, moments);
        }
        run(cluster, 80);
        const states = cluster.members.map(({ shown }) => shown?.reason);
        if (emptied) expect(states[0]).toBe('LostData');
        else expect(states).toEqual(['Primary', 'Replicating', 'Replicating']);
      }),
      { numRuns: 400, endOnFailure: false },
    );
    for (const fate of fates) expect(counts.get(fate) ?? 0).toBeGreaterThan(0);
  });
});

import { describe, expect, it } from 'vitest';
import { newSet, settled, templateOf, World, words } from './world.fixture.js';

const imageOf = (world: World, name: string): string | undefined =>
  world.pods.get(name)?.spec?.containers[0]?.image;

describe('updates', () => {
  it('replaces Pods from the highest, each when the one before is ready (A3-1)', () => {
    const world = settled();
    world.edit({ template: templateOf('v2') });
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    world.fate('web-2', 'vanish');
    expect(words(world.pass())).toEqual(['createPod web-2']);
    expect(world.pass().waitingFor).toMatchObject({ reason: 'PodNotRunning', on: { name: 'web-2' } });
    world.fate('web-2', 'ready');
    expect(words(world.pass())).toEqual(['deletePod web-1']);
    world.settle();
    expect(world.names().map((name) => imageOf(world, name))).toEqual(['v2', 'v2', 'v2']);
    expect(world.set.status?.currentRevision).toBe(world.set.status?.updateRevision);
  });

  it('keeps Pods below the partition, also when they are made again (A3-2, A3-3, A3-14)', () => {
    const world = settled({ ordinals: { start: 5 } });
    world.edit({
      template: templateOf('v2'),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    });
    world.settle();
    expect(world.names().map((name) => imageOf(world, name))).toEqual(['v1', 'v1', 'v2']);
    world.fate('web-6', 'terminate');
    world.fate('web-6', 'vanish');
    world.settle();
    expect(imageOf(world, 'web-6')).toBe('v1');
    expect(world.set.status?.currentRevision).not.toBe(world.set.status?.updateRevision);
  });

  it('leaves Pods alone with OnDelete, and says so (A3-5)', () => {
    const world = settled({ updateStrategy: { type: 'OnDelete' } });
    world.edit({ template: templateOf('v2') });
    world.settle();
    expect(world.names().map((name) => imageOf(world, name))).toEqual(['v1', 'v1', 'v1']);
    expect(world.pass().waitingFor).toMatchObject({ reason: 'UpdateOnDelete' });
    world.fate('web-0', 'terminate');
    world.fate('web-0', 'vanish');
    world.settle();
    expect(imageOf(world, 'web-0')).toBe('v2');
  });

  it('takes up the old revision again on a rollback, under a higher number (A3-8)', () => {
    const world = settled();
    const first = world.set.status?.updateRevision ?? '';
    world.edit({ template: templateOf('v2') });
    world.settle();
    world.edit({ template: templateOf('v1') });
    world.settle();
    expect(world.set.status?.updateRevision).toBe(first);
    expect(world.revisions.get(first)?.revision).toBe(3);
    expect(world.revisions.size).toBe(2);
  });

  it('makes no revision for other changes (A3-7) and keeps the history short (A3-9)', () => {
    const world = settled({ revisionHistoryLimit: 1 });
    world.edit({ replicas: 2, minReadySeconds: 0 });
    world.settle();
    expect(world.revisions.size).toBe(1);
    for (const image of ['v2', 'v3', 'v4']) {
      world.edit({ template: templateOf(image) });
      world.settle();
    }
    expect(world.revisions.size).toBe(2);
  });

  it('counts a collision of names instead of using a foreign revision', () => {
    const world = new World();
    const probe = new World();
    probe.pass();
    const taken = [...probe.revisions.values()][0];
    const name = taken?.metadata?.name ?? '';
    world.revisions.set(name, { metadata: { name, namespace: 'default', uid: 'r' }, data: {}, revision: 1 });
    world.pass();
    expect(world.set.status).toMatchObject({ collisionCount: 1 });
    expect(world.set.status?.updateRevision).not.toBe(name);
  });

  it('leaves a stuck Pod of the old template alone in OrderedReady, and says what to do (A3-11)', () => {
    const world = settled();
    world.edit({ template: templateOf('broken') });
    world.pass();
    world.fate('web-2', 'vanish');
    world.pass();
    world.fate('web-2', 'run');
    world.edit({ template: templateOf('v1') });
    const plan = world.pass();
    expect(words(plan).filter((word) => word.includes('Pod'))).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'StuckOnOldRevision', on: { name: 'web-2' } });
    expect(plan.waitingFor?.unblockedBy).toContain('delete Pod web-2');
  });

  it('replaces a broken Pod by itself when Parallel (A3-12, A3-13)', () => {
    const world = new World(newSet({ podManagementPolicy: 'Parallel', template: templateOf('broken') }));
    world.pass();
    for (const name of world.names()) world.fate(name, 'run');
    world.edit({ template: templateOf('v1') });
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    world.settle();
    expect(world.names().map((name) => imageOf(world, name))).toEqual(['v1', 'v1', 'v1']);
  });

  it.each([
    ['2', 2, 2],
    ['50% of 3, rounded down', '50%', 1],
    ['10% of 3, at least one', '10%', 1],
  ] as const)('takes down as many as maxUnavailable says: %s (A3-4)', (_name, maxUnavailable, count) => {
    const world = settled({
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable } },
    });
    world.edit({ template: templateOf('v2') });
    expect(words(world.pass()).length).toBe(count);
    expect(words(world.pass())).toEqual([]);
  });

  it('scales before it updates (A2-6)', () => {
    const world = settled();
    world.edit({ replicas: 4, template: templateOf('v2') });
    expect(words(world.pass())).toEqual(['createPod web-3']);
  });
});

import { describe, expect, it } from 'vitest';
import { gatesWith } from '../../api/feature-gates.js';
import { kinds } from '../../api/kinds.js';
import { clusterWith, images, patchSet, podOf, setImage, setOf } from './cluster.fixture.js';
import { imageOf, newSet, settled, start, templateOf, World, words } from './world.fixture.js';

const rolling = (rollingUpdate: { partition?: number; maxUnavailable?: number | string } | undefined) => ({
  updateStrategy: { type: 'RollingUpdate', ...(rollingUpdate && { rollingUpdate }) },
});
const withMaxUnavailable = { MaxUnavailableStatefulSet: true };
const imagesOf = (world: World): readonly (string | undefined)[] =>
  world.names().map((name) => imageOf(world, name));

describe('A3 rolling updates', () => {
  it('A3-1 replaces Pods from the highest, each when the one before is ready', () => {
    const world = settled();
    world.edit({ template: templateOf('v2') });
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    world.fate('web-2', 'vanish');
    expect(words(world.pass())).toEqual(['createPod web-2']);
    expect(world.pass().waitingFor).toMatchObject({ reason: 'PodNotRunning', on: { name: 'web-2' } });
    world.fate('web-2', 'ready');
    expect(words(world.pass())).toEqual(['deletePod web-1']);
    world.settle();
    expect(imagesOf(world)).toEqual(['v2', 'v2', 'v2']);
    expect(world.set.status?.currentRevision).toBe(world.set.status?.updateRevision);
  });

  it('A3-1 waits minReadySeconds before the next Pod of a rollout', () => {
    const world = settled({ minReadySeconds: 0 });
    world.edit({ minReadySeconds: 30, template: templateOf('v2') });
    world.now = new Date(start.getTime() + 60_000);
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    world.fate('web-2', 'vanish');
    world.pass();
    world.fate('web-2', 'ready');
    expect(world.pass()).toMatchObject({
      lookAgainAfterMs: 30_000,
      waitingFor: { reason: 'PodNotAvailable' },
    });
    world.now = new Date(world.now.getTime() + 30_000);
    expect(words(world.pass())).toEqual(['deletePod web-1']);
  });

  it('A3-2 keeps Pods below the partition, also when they are made again', () => {
    const world = settled(rolling({ partition: 2 }));
    world.edit({ template: templateOf('v2') });
    world.settle();
    expect(imagesOf(world)).toEqual(['v1', 'v1', 'v2']);
    world.kill('web-0');
    world.kill('web-2');
    world.settle();
    expect(imagesOf(world)).toEqual(['v1', 'v1', 'v2']);
    expect(world.set.status?.currentRevision).not.toBe(world.set.status?.updateRevision);
    world.edit(rolling({ partition: 0 }));
    world.settle();
    expect(imagesOf(world)).toEqual(['v2', 'v2', 'v2']);
  });

  it('A3-2 rolls nothing when the partition is above the replicas', () => {
    const world = settled(rolling({ partition: 9 }));
    world.edit({ template: templateOf('v2') });
    world.settle();
    expect(imagesOf(world)).toEqual(['v1', 'v1', 'v1']);
    expect(world.pass()).toMatchObject({ actions: [], waitingFor: undefined });
  });

  it('A3-2 without rollingUpdate keeps the lowest ordinals, as many as are still at the old revision', () => {
    const world = settled(rolling(undefined));
    world.edit({ template: templateOf('v2') });
    world.pass();
    world.fate('web-2', 'vanish');
    world.pass();
    world.kill('web-0');
    world.fate('web-2', 'ready');
    expect(words(world.pass())).toEqual(['createPod web-0']);
    expect(imageOf(world, 'web-0')).toBe('v1');
    world.settle();
    expect(imagesOf(world)).toEqual(['v2', 'v2', 'v2']);
  });

  it.each([0, 5])('A3-3 counts the partition from ordinals.start (%i)', (first) => {
    const world = settled({ ordinals: { start: first }, ...rolling({ partition: 2 }) });
    world.edit({ template: templateOf('v2') });
    world.settle();
    for (let ordinal = first; ordinal < first + 3; ordinal += 1) world.kill(`web-${ordinal}`);
    world.settle();
    expect(imagesOf(world)).toEqual(['v1', 'v1', 'v2']);
  });

  it.each([
    ['2', 2, 2],
    ['50% of 3, rounded down', '50%', 1],
    ['67% of 3, rounded down', '67%', 2],
    ['10% of 3, at least one', '10%', 1],
    ['more than there are', 9, 3],
    ['nothing', undefined, 1],
  ])(
    'A3-4 takes down as many as maxUnavailable says when its gate is on: %s',
    (_name, maxUnavailable, count) => {
      for (const podManagementPolicy of ['Parallel', 'OrderedReady']) {
        const spec = { podManagementPolicy, ...rolling({ partition: 0, maxUnavailable }) };
        const world = settled(spec, withMaxUnavailable);
        world.edit({ template: templateOf('v2') });
        expect(words(world.pass()).length).toBe(count);
        expect(words(world.pass())).toEqual([]);
        world.settle();
        expect(imagesOf(world)).toEqual(['v2', 'v2', 'v2']);
      }
    },
  );

  it('A3-4 counts any unavailable Pod, also one below the partition', () => {
    const spec = { podManagementPolicy: 'Parallel', ...rolling({ partition: 1, maxUnavailable: 2 }) };
    const world = settled({ replicas: 4, ...spec }, withMaxUnavailable);
    world.fate('web-0', 'unready');
    world.edit({ template: templateOf('v2') });
    expect(words(world.pass())).toEqual(['deletePod web-3']);
    world.edit(rolling({ partition: 1, maxUnavailable: 1 }));
    world.fate('web-3', 'vanish');
    world.pass();
    world.fate('web-3', 'ready');
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'PodNotReady', on: { name: 'web-0' } });
  });

  it('A3-4 replaces one at a time while the gate is off, whatever a stored maxUnavailable says', () => {
    const world = settled({
      podManagementPolicy: 'Parallel',
      ...rolling({ partition: 0, maxUnavailable: 3 }),
    });
    world.edit({ template: templateOf('v2') });
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    expect(words(world.pass())).toEqual([]);
  });

  it('A3-4 is dropped with a warning by the API server while the gate is off, and 1 by default when it is on', async () => {
    const warnings: string[] = [];
    const onWarning = (text: string): void => void warnings.push(text);
    await using off = await clusterWith();
    const body = { spec: rolling({ maxUnavailable: 2 }) };
    const key = { namespace: 'default', name: 'web' };
    await off.client.patch(
      kinds.StatefulSet,
      key,
      { type: 'application/merge-patch+json', body },
      { onWarning },
    );
    expect((await setOf(off)).spec?.updateStrategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { partition: 0 },
    });
    expect(warnings).toEqual([
      expect.stringContaining('maxUnavailable: dropped, since feature gate MaxUnavailableStatefulSet is off'),
    ]);
    await using on = await clusterWith({}, { featureGates: gatesWith(withMaxUnavailable) });
    expect((await setOf(on)).spec?.updateStrategy?.rollingUpdate).toEqual({
      partition: 0,
      maxUnavailable: 1,
    });
    await expect(patchSet(on, { spec: rolling({ maxUnavailable: 0 }) })).rejects.toThrow('cannot be 0');
  });

  it('A3-5 leaves Pods alone with OnDelete, and says so', () => {
    const world = settled({ updateStrategy: { type: 'OnDelete' } });
    world.edit({ template: templateOf('v2') });
    world.settle();
    expect(imagesOf(world)).toEqual(['v1', 'v1', 'v1']);
    expect(world.pass().waitingFor).toMatchObject({ reason: 'UpdateOnDelete', on: { name: 'web-0' } });
    world.kill('web-0');
    world.settle();
    expect(imagesOf(world)).toEqual(['v2', 'v1', 'v1']);
  });

  it('A3-5 refuses rollingUpdate beside OnDelete', async () => {
    await using cluster = await clusterWith();
    const updateStrategy = { type: 'OnDelete', rollingUpdate: { partition: 1 } };
    await expect(patchSet(cluster, { spec: { updateStrategy } })).rejects.toThrow(
      /spec.updateStrategy.rollingUpdate: Invalid value: .*only allowed for updateStrategy 'RollingUpdate'/,
    );
  });
});

describe('A3 revisions', () => {
  it('A3-7 makes revisions of the template alone', () => {
    const world = settled();
    world.edit({ replicas: 2, minReadySeconds: 1, ordinals: { start: 1 }, ...rolling({ partition: 1 }) });
    world.settle();
    expect(world.revisions.size).toBe(1);
    const [revision] = [...world.revisions.values()];
    expect(revision?.data).toEqual({ spec: { template: { ...templateOf('v1'), $patch: 'replace' } } });
  });

  it('A3-8 takes up the old revision again on a rollback, under a higher number', () => {
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

  it('A3-8 counts a collision of names instead of using a foreign revision', () => {
    const world = new World();
    const probe = new World();
    probe.pass();
    const name = [...probe.revisions.keys()][0] ?? '';
    world.revisions.set(name, { metadata: { name, namespace: 'default', uid: 'r' }, data: {}, revision: 1 });
    world.pass();
    expect(world.set.status).toMatchObject({ collisionCount: 1 });
    expect(world.set.status?.updateRevision).not.toBe(name);
  });

  it('A3-9 keeps revisionHistoryLimit revisions beside those in use; ten by default', async () => {
    const world = settled({ revisionHistoryLimit: 1, ...rolling({ partition: 3 }) });
    for (const image of ['v2', 'v3', 'v4', 'v5']) {
      world.edit({ template: templateOf(image) });
      world.settle();
    }
    // v1 runs, v5 is what the set goes to, v4 is history.
    const kept = [...world.revisions.values()].map(
      ({ data }) => JSON.stringify(data).match(/"image":"(v\d)"/)?.[1],
    );
    expect(kept.sort()).toEqual(['v1', 'v4', 'v5']);
    // A negative limit is none.
    world.edit({ revisionHistoryLimit: -1 });
    for (const image of ['v6', 'v7']) {
      world.edit({ template: templateOf(image) });
      world.settle();
    }
    expect(world.revisions.size).toBe(5);
    await using cluster = await clusterWith({ replicas: 1 });
    expect((await setOf(cluster)).spec?.revisionHistoryLimit).toBe(10);
  });

  it('A3-10 is restarted and rolled back as kubectl does it', async () => {
    await using cluster = await clusterWith();
    const first = (await setOf(cluster)).status?.currentRevision;
    const at = 'kubectl.kubernetes.io/restartedAt';
    await patchSet(cluster, {
      spec: { template: { metadata: { annotations: { [at]: '2026-01-01T00:00:00Z' } } } },
    });
    const restarted = (): boolean =>
      cluster.pods().every(({ metadata }) => metadata?.annotations?.[at] !== undefined);
    await cluster.until(() => cluster.ready().length === 3 && restarted());
    await cluster.settle();
    // `rollout undo` applies the patch that the revision holds.
    const revision = await cluster.client.get(kinds.ControllerRevision, {
      namespace: 'default',
      name: first ?? '',
    });
    const patch = { type: 'application/strategic-merge-patch+json', body: revision.data } as const;
    await cluster.client.patch(kinds.StatefulSet, { namespace: 'default', name: 'web' }, patch);
    await cluster.until(
      () =>
        cluster.ready().length === 3 && !cluster.pods().some(({ metadata }) => metadata?.annotations?.[at]),
    );
    await cluster.settle();
    expect((await setOf(cluster)).status).toMatchObject({ currentRevision: first, updateRevision: first });
  });
});

describe('A3 broken templates', () => {
  it('A3-11 leaves a stuck Pod of an older template alone when ordered, and says what to do', () => {
    const world = stuckWorld();
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'StuckOnOldRevision', on: { name: 'web-2' } });
    expect(plan.waitingFor?.unblockedBy).toContain('delete Pod web-2');
    expect(plan.waitingFor?.unblockedBy).toContain('holdfast.dev/replace-stuck-pods=true');
    world.kill('web-2');
    world.settle();
    expect(imagesOf(world)).toEqual(['v1', 'v1', 'v1']);
  });

  it('A3-11 replaces the stuck Pod by itself when the set is annotated so, after ten seconds', () => {
    const world = stuckWorld();
    world.annotate({ 'holdfast.dev/replace-stuck-pods': 'true' });
    expect(world.pass()).toMatchObject({
      lookAgainAfterMs: 10_000,
      waitingFor: { reason: 'StuckOnOldRevision' },
    });
    world.now = new Date(start.getTime() + 10_000);
    const plan = world.pass();
    expect(words(plan)).toEqual(['deletePod web-2']);
    expect(plan.actions).toContainEqual(expect.objectContaining({ cause: 'stuck' }));
    world.settle();
    expect(imagesOf(world)).toEqual(['v1', 'v1', 'v1']);
  });

  it('A3-11 replaces no Pod that is ready and only waits for minReadySeconds, and none below the partition', () => {
    const world = settled({ minReadySeconds: 60 });
    world.annotate({ 'holdfast.dev/replace-stuck-pods': 'true' });
    world.edit({ template: templateOf('v2') });
    world.fate('web-0', 'unready');
    world.fate('web-0', 'ready');
    expect(world.pass()).toMatchObject({ waitingFor: { reason: 'PodNotAvailable', on: { name: 'web-0' } } });
    world.edit(rolling({ partition: 1 }));
    world.fate('web-0', 'unready');
    world.now = new Date(world.now.getTime() + 3_600_000);
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'PodNotReady', on: { name: 'web-0' } });
  });

  it('A3-11 tells of the replacement in an Event', async () => {
    await using cluster = await clusterWith();
    const broken = { 'simulated.holdfast.dev/never-ready': 'true' };
    await patchSet(cluster, { spec: { template: { metadata: { annotations: broken } } } });
    await cluster.until(() => cluster.ready().length === 2 && podOf(cluster, 2).status?.phase === 'Running');
    await patchSet(cluster, { spec: { template: { metadata: { annotations: null } } } });
    await cluster.clock.advance(60_000);
    expect(cluster.ready()).toEqual(['web-0', 'web-1']);
    await patchSet(cluster, { metadata: { annotations: { 'holdfast.dev/replace-stuck-pods': 'true' } } });
    await cluster.until(() => cluster.ready().length === 3);
    const events = await cluster.events('web');
    expect(events).toContainEqual(
      expect.stringContaining('StuckOnOldRevision: web-2 runs, but container web is not ready'),
    );
    expect(events).toContain(
      'ReplacingStuckPod: StatefulSet default/web is replacing Pod web-2, which is not ready and was made from an older template, because of its annotation holdfast.dev/replace-stuck-pods',
    );
  });

  it('A3-12 replaces broken Pods by itself when Parallel', () => {
    const world = settled({ podManagementPolicy: 'Parallel' });
    world.edit({ template: templateOf('broken') });
    world.pass();
    world.fate('web-2', 'vanish');
    world.pass();
    world.fate('web-2', 'run');
    world.edit({ template: templateOf('v1') });
    expect(words(world.pass())).toEqual(['renumberRevision', 'deletePod web-2']);
    world.settle();
    expect(imagesOf(world)).toEqual(['v1', 'v1', 'v1']);
  });

  it.each([
    ['gate off', {}, ['deletePod web-2']],
    [
      'gate on: all that are down anyway',
      withMaxUnavailable,
      ['deletePod web-2', 'deletePod web-1', 'deletePod web-0'],
    ],
  ])('A3-13 moves a Parallel set on whose first revision was faulty (%s)', (_name, gates, deleted) => {
    const world = new World(
      newSet({ podManagementPolicy: 'Parallel', template: templateOf('broken') }),
      gates,
    );
    world.pass();
    for (const name of world.names()) world.fate(name, 'run');
    world.edit({ template: templateOf('v1') });
    expect(words(world.pass())).toEqual(deleted);
    world.settle();
    expect(imagesOf(world)).toEqual(['v1', 'v1', 'v1']);
  });

  it('A3-13 spends maxUnavailable on ready Pods only beyond those that are down', () => {
    const spec = {
      replicas: 4,
      podManagementPolicy: 'Parallel',
      ...rolling({ partition: 0, maxUnavailable: 2 }),
    };
    const world = settled(spec, withMaxUnavailable);
    world.fate('web-0', 'unready');
    world.edit({ template: templateOf('v2') });
    expect(words(world.pass())).toEqual(['deletePod web-0', 'deletePod web-3']);
  });

  it.each(['fail', 'succeed'] as const)(
    'A3-14 a Pod deleted in a partitioned rollout returns at its side of the partition, also when its end is %s',
    (end) => {
      const world = settled(rolling({ partition: 1 }));
      world.edit({ template: templateOf('v2') });
      world.pass();
      world.fate('web-2', 'vanish');
      world.pass();
      for (const name of ['web-0', 'web-2']) {
        world.fate(name, 'terminate');
        world.fate(name, end);
      }
      expect(words(world.pass())).toEqual([]);
      world.settle();
      expect(imagesOf(world)).toEqual(['v1', 'v2', 'v2']);
    },
  );

  it('A3-14 the same on the API server', async () => {
    await using cluster = await clusterWith(rolling({ partition: 1 }));
    await setImage(cluster, 'v2');
    await cluster.until(() => images(cluster).join() === 'v1,v1,v2');
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'web-0' });
    await cluster.until(() => cluster.ready().length === 3 && images(cluster).join() === 'v1,v2,v2');
  });
});

/** A set whose web-2 never got ready on a template that has been taken back since. */
function stuckWorld(): World {
  const world = settled();
  world.edit({ template: templateOf('broken') });
  world.pass();
  world.fate('web-2', 'vanish');
  world.pass();
  world.fate('web-2', 'unready');
  world.edit({ template: templateOf('v1') });
  world.pass();
  return world;
}

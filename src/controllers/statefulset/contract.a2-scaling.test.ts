import { describe, expect, it } from 'vitest';
import { kinds } from '../../api/kinds.js';
import { clusterWith, patchSet, podNames, podOf, setOf, templateWith, webKey } from './cluster.fixture.js';
import { claimTemplate, newSet, settled, start, templateOf, World, words } from './world.fixture.js';

describe('A2 order and scaling', () => {
  it('A2-1 creates the next Pod only when the one before is Running and Ready', () => {
    const world = new World();
    expect(words(world.pass())).toEqual(['createPod web-0']);
    const waiting = world.pass();
    expect(words(waiting)).toEqual([]);
    expect(waiting.waitingFor).toMatchObject({ reason: 'PodNotRunning', on: { kind: 'Pod', name: 'web-0' } });
    expect(waiting.waitingFor?.message).toContain('web-1 waits until it is Running and Ready');
    world.fate('web-0', 'run');
    expect(world.pass().waitingFor).toMatchObject({ reason: 'PodNotReady' });
    world.fate('web-0', 'ready');
    expect(words(world.pass())).toEqual(['createPod web-1']);
  });

  it('A2-1 waits minReadySeconds before the next Pod, and says when to look again', () => {
    const world = new World(newSet({ minReadySeconds: 10 }));
    world.pass();
    world.fate('web-0', 'ready');
    world.now = new Date(start.getTime() + 4000);
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan).toMatchObject({ lookAgainAfterMs: 6000, waitingFor: { reason: 'PodNotAvailable' } });
    world.now = new Date(start.getTime() + 10_000);
    expect(words(world.pass())).toEqual(['createPod web-1']);
  });

  it('A2-2 makes one change a pass, and none while a Pod in range terminates', () => {
    const world = settled({ replicas: 2 });
    world.fate('web-0', 'terminate');
    world.edit({ replicas: 4, template: templateOf('v2') });
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'PodTerminating', on: { name: 'web-0' } });
    world.fate('web-0', 'vanish');
    expect(words(world.pass())).toEqual(['createPod web-0']);
    world.fate('web-0', 'ready');
    expect(words(world.pass())).toEqual(['createPod web-2']);
  });

  it('A2-3 scales down from the highest, one after the other', () => {
    const world = settled();
    world.edit({ replicas: 1 });
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    expect(world.pass().waitingFor).toMatchObject({ reason: 'PodTerminating', on: { name: 'web-2' } });
    world.fate('web-2', 'vanish');
    expect(words(world.pass())).toEqual(['deletePod web-1']);
  });

  it.each([1, 2])('A2-4 halts scaling down to %s while a Pod that stays is unhealthy', (replicas) => {
    const world = settled();
    world.edit({ replicas });
    world.fate('web-0', 'unready');
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'PodNotReady', on: { name: 'web-0' } });
    expect(plan.waitingFor?.message).toMatch(/; the set is not scaled down before it is available$/);
  });

  it('A2-4 deletes the condemned Pod that is itself the first unhealthy one', () => {
    const world = settled();
    world.edit({ replicas: 2 });
    world.fate('web-2', 'unready');
    expect(words(world.pass())).toEqual(['deletePod web-2']);
  });

  it('A2-4 halts at an unhealthy Pod while one below it is unhealthy, or not available yet', () => {
    const world = settled({ minReadySeconds: 0 });
    world.edit({ replicas: 1 });
    world.fate('web-1', 'unready');
    world.fate('web-2', 'unready');
    expect(words(world.pass())).toEqual([]);
    world.edit({ minReadySeconds: 60 });
    world.now = new Date(start.getTime() + 120_000);
    world.fate('web-1', 'ready');
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor?.on).toMatchObject({ name: 'web-2' });
    expect(plan.lookAgainAfterMs).toBe(60_000);
    world.now = new Date(world.now.getTime() + 60_000);
    expect(words(world.pass())).toEqual(['deletePod web-2']);
  });

  it('A2-4 does not wait for the health of condemned Pods that have ended', () => {
    const world = settled();
    world.edit({ replicas: 1 });
    world.fate('web-1', 'succeed');
    world.fate('web-2', 'fail');
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    world.fate('web-2', 'vanish');
    expect(words(world.pass())).toEqual(['deletePod web-1']);
  });

  it('A2-5 creates and deletes all at once when Parallel', () => {
    const world = new World(newSet({ podManagementPolicy: 'Parallel' }));
    expect(words(world.pass())).toEqual(['createPod web-0', 'createPod web-1', 'createPod web-2']);
    world.settle();
    world.edit({ replicas: 1 });
    world.fate('web-0', 'unready');
    expect(words(world.pass())).toEqual(['deletePod web-2', 'deletePod web-1']);
  });

  it('A2-6 scales before it updates', () => {
    const world = settled();
    world.edit({ replicas: 4, template: templateOf('v2') });
    expect(words(world.pass())).toEqual(['createPod web-3']);
    world.settle();
    world.edit({ replicas: 3, template: templateOf('v3') });
    expect(words(world.pass())).toEqual(['deletePod web-3']);
    expect(world.pass().waitingFor?.message).toContain('the next Pod is deleted when it is gone');
  });

  it('A2-7 only writes its status once it is being deleted', () => {
    const world = settled();
    world.set = { ...world.set, metadata: { ...world.set.metadata, deletionTimestamp: start.toISOString() } };
    world.pods.delete('web-2');
    const plan = world.pass();
    expect(plan.actions.map(({ type }) => type)).toEqual(['updateStatus']);
    expect(plan.waitingFor).toMatchObject({ reason: 'SetBeingDeleted' });
  });

  it('A2-8 leaves Pods without the volume of a new claim template alone until they are made again', () => {
    const world = settled({ replicas: 2 });
    world.edit({ volumeClaimTemplates: [claimTemplate('log')] });
    expect(words(world.pass())).toEqual([]);
    world.edit({ template: templateOf('v2') });
    expect(words(world.pass())).toEqual(['deletePod web-1']);
    world.settle();
    expect([...world.claims.keys()].sort()).toEqual(['log-web-0', 'log-web-1']);
    expect([...world.pods.values()].map(({ spec }) => spec?.volumes?.length)).toEqual([1, 1]);
  });

  it('A2-8 a new set takes over what one deleted with orphan left', async () => {
    await using cluster = await clusterWith();
    const uids = cluster.pods().map(({ metadata }) => metadata?.uid);
    const old = await setOf(cluster);
    await cluster.client.delete(kinds.StatefulSet, webKey, { propagationPolicy: 'Orphan' });
    await cluster.settle();
    expect(cluster.pods().map(({ metadata }) => metadata?.ownerReferences ?? [])).toEqual([[], [], []]);
    await cluster.client.create(kinds.StatefulSet, { metadata: webKey, spec: old.spec });
    await cluster.settle();
    expect(cluster.pods().map(({ metadata }) => metadata?.uid)).toEqual(uids);
    const set = await setOf(cluster);
    expect(cluster.pods().map(({ metadata }) => metadata?.ownerReferences?.[0]?.uid)).toEqual(
      uids.map(() => set.metadata?.uid),
    );
    expect(set.status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      updateRevision: old.status?.updateRevision,
    });
  });

  it.each(['OrderedReady', 'Parallel'])(
    'A2-9 follows ordinals.start wherever it goes (%s)',
    async (podManagementPolicy) => {
      await using cluster = await clusterWith({ podManagementPolicy });
      const moved = async (body: object, names: readonly string[]): Promise<void> => {
        await patchSet(cluster, { spec: body });
        await cluster.until(
          () => podNames(cluster).join() === names.join() && cluster.ready().length === names.length,
        );
      };
      await moved({ ordinals: { start: 2 } }, ['web-2', 'web-3', 'web-4']);
      await moved({ replicas: 2 }, ['web-2', 'web-3']);
      await moved({ ordinals: { start: 4 } }, ['web-4', 'web-5']);
      await moved({ ordinals: null }, ['web-0', 'web-1']);
      expect((await setOf(cluster)).status).toMatchObject({
        replicas: 2,
        readyReplicas: 2,
        updatedReplicas: 2,
      });
    },
  );

  it('A2-9 does not delete the old range before the new one is ready, when ordered', () => {
    const world = settled({ replicas: 2 });
    world.edit({ ordinals: { start: 5 } });
    expect(words(world.pass())).toEqual(['createPod web-5']);
    world.fate('web-5', 'ready');
    expect(words(world.pass())).toEqual(['createPod web-6']);
    world.fate('web-6', 'ready');
    expect(words(world.pass())).toEqual(['deletePod web-1']);
    world.fate('web-1', 'vanish');
    expect(words(world.pass())).toEqual(['deletePod web-0']);
  });

  it.each([
    ['Failed', 'Warning', 'RecreatingFailedPod: StatefulSet default/web is recreating failed Pod web-2'],
    [
      'Succeeded',
      'Normal',
      'RecreatingTerminatedPod: StatefulSet default/web is recreating terminated Pod web-2',
    ],
  ])('A2-10 makes a Pod in phase %s again, and tells so', async (phase, type, text) => {
    await using cluster = await clusterWith();
    const before = podOf(cluster, 2);
    await cluster.client.patchStatus(kinds.Pod, before, { phase });
    await cluster.until(
      () => cluster.ready().length === 3 && podOf(cluster, 2).metadata?.uid !== before.metadata?.uid,
    );
    expect(await cluster.events('web')).toContain(text);
    const { items } = await cluster.client.list(kinds.Event, 'default');
    expect(items.find(({ reason }) => reason === text.split(':')[0])?.type).toBe(type);
  });

  it('A2-10 deletes an ended Pod once, and makes the next when it is gone', () => {
    const world = settled();
    world.fate('web-1', 'fail');
    const plan = world.pass();
    expect(words(plan)).toEqual(['deletePod web-1']);
    expect(plan.actions[0]).toMatchObject({ cause: 'ended' });
    expect(words(world.pass())).toEqual([]);
    world.fate('web-1', 'vanish');
    expect(words(world.pass())).toEqual(['createPod web-1']);
  });

  it('A2-11 is scaled through its scale subresource: get, update (also unconditional) and patch', async () => {
    await using cluster = await clusterWith({ replicas: 1 });
    const scale = await cluster.client.get(kinds.StatefulSet, webKey, 'scale');
    expect(scale).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 1 },
      status: { replicas: 1, selector: 'app=web' },
    });
    const scaled = (replicas: number, metadata: object): object => ({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { ...webKey, ...metadata },
      spec: { replicas },
    });
    await cluster.client.updateSub(kinds.StatefulSet, scaled(2, {}), 'scale');
    await cluster.until(() => cluster.ready().length === 2);
    await expect(
      cluster.client.updateSub(kinds.StatefulSet, scaled(9, { resourceVersion: '1' }), 'scale'),
    ).rejects.toMatchObject({ status: { reason: 'Conflict' } });
    const patch = {
      type: 'application/merge-patch+json',
      body: { spec: { replicas: 3 } },
      subresource: 'scale',
    } as const;
    await cluster.client.patch(kinds.StatefulSet, webKey, patch);
    await cluster.until(() => cluster.ready().length === 3);
  });

  it('A2-12 takes terminationGracePeriodSeconds 0 at its word: the identity is free at once', async () => {
    const unsafe = templateWith('v1', { 'simulated.holdfast.dev/stop-after-ms': '100000000' });
    const template = {
      ...unsafe,
      spec: {
        ...templateOf('v1').spec,
        containers: [{ name: 'web', image: 'v1' }],
        terminationGracePeriodSeconds: 0,
      },
    };
    await using cluster = await clusterWith({ template });
    const before = podOf(cluster, 1).metadata?.uid;
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'web-1' });
    await cluster.until(() => cluster.ready().length === 3);
    expect(podOf(cluster, 1).metadata?.uid).not.toBe(before);
  });
});

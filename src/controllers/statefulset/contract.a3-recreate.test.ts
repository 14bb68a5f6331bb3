import { describe, expect, it } from 'vitest';
import { gatesWith } from '../../api/feature-gates.js';
import { kinds } from '../../api/kinds.js';
import { clusterWith, images, patchSet, podNames, setImage, setOf } from './cluster.fixture.js';
import { claimTemplate, imageOf, newSet, settled, templateOf, World, words } from './world.fixture.js';

const recreate = { updateStrategy: { type: 'Recreate' } };
const gates = { StatefulSetRecreateStrategy: true };

describe('A3-6 updateStrategy Recreate', () => {
  it.each([
    ['OrderedReady', ['createPod web-0']],
    ['Parallel', ['createPod web-0', 'createPod web-1', 'createPod web-2']],
  ])(
    'A3-6 deletes all Pods, waits for the last, and makes new ones by podManagementPolicy %s',
    (podManagementPolicy, made) => {
      const world = settled({ podManagementPolicy, ...recreate }, gates);
      world.edit({ template: templateOf('v2') });
      const plan = world.pass();
      expect(words(plan)).toEqual(['deletePod web-0', 'deletePod web-1', 'deletePod web-2']);
      world.fate('web-0', 'vanish');
      world.fate('web-1', 'vanish');
      const waiting = world.pass();
      expect(words(waiting)).toEqual([]);
      expect(waiting.waitingFor).toMatchObject({ reason: 'RecreatingPods', on: { name: 'web-2' } });
      world.fate('web-2', 'vanish');
      expect(words(world.pass())).toEqual(made);
      world.settle();
      expect(world.names().map((name) => imageOf(world, name))).toEqual(['v2', 'v2', 'v2']);
      expect(world.set.status?.currentRevision).toBe(world.set.status?.updateRevision);
    },
  );

  it('A3-6 deletes stuck Pods and those beyond the range as well', () => {
    const world = settled(recreate, gates);
    world.edit({ template: templateOf('broken') });
    world.pass();
    for (const name of world.names()) world.fate(name, 'vanish');
    world.pass();
    world.fate('web-0', 'unready');
    world.edit({ replicas: 0, template: templateOf('v3') });
    expect(words(world.pass())).toEqual(['deletePod web-0']);
  });

  it('A3-6 starts no rollout when only the strategy changes, and counts as RollingUpdate while its gate is off', () => {
    const world = settled({}, gates);
    world.edit(recreate);
    expect(words(world.pass())).toEqual([]);
    expect(world.set.status?.conditions).toBeUndefined();
    const off = settled(recreate);
    off.edit({ template: templateOf('v2') });
    expect(words(off.pass())).toEqual(['deletePod web-2']);
  });

  it('A3-6 tells of it in condition Progressing, and keeps conditions of others', () => {
    const world = settled(recreate, gates);
    const foreign = { type: 'Mine', status: 'True' };
    world.set = { ...world.set, status: { ...world.set.status, replicas: 3, conditions: [foreign] } };
    const progressing = (): unknown =>
      world.set.status?.conditions?.find(({ type }) => type === 'Progressing');
    world.pass();
    expect(progressing()).toBeUndefined();
    world.edit({ template: templateOf('v2') });
    world.pass();
    expect(progressing()).toMatchObject({
      status: 'True',
      reason: 'RecreateInProgress',
      message: 'waiting until 3 Pods of older templates are gone',
    });
    for (const name of world.names()) world.fate(name, 'vanish');
    world.pass();
    world.pass();
    expect(progressing()).toMatchObject({
      reason: 'RecreateInProgress',
      message: '1 of 3 Pods of the new template are made',
    });
    world.settle();
    expect(progressing()).toMatchObject({ status: 'True', reason: 'RecreateComplete' });
    expect(world.set.status?.conditions).toContainEqual(foreign);
    expect(world.pass().actions).toEqual([]);
  });

  it('A3-6 goes the whole way on the API server, claims stay, and an Event says that it began', async () => {
    const options = { featureGates: gatesWith(gates) };
    await using cluster = await clusterWith(
      { ...recreate, volumeClaimTemplates: [claimTemplate('data')] },
      options,
    );
    const claims = async (): Promise<readonly (string | undefined)[]> =>
      (await cluster.client.list(kinds.PersistentVolumeClaim, 'default')).items.map(
        ({ metadata }) => metadata?.uid,
      );
    const before = await claims();
    const seen = new Set<string>();
    cluster.client.cache(kinds.Pod).onChange(() => seen.add(images(cluster).join()));
    await setImage(cluster, 'v2');
    await cluster.until(
      () => cluster.ready().length === 3 && images(cluster).every((image) => image === 'v2'),
    );
    await cluster.settle();
    expect([...seen].filter((text) => text.includes('v1') && text.includes('v2'))).toEqual([]);
    expect(seen).toContain('');
    expect(await claims()).toEqual(before);
    expect((await setOf(cluster)).status?.conditions).toMatchObject([
      { type: 'Progressing', reason: 'RecreateComplete' },
    ]);
    expect(await cluster.events('web')).toContain('RecreateStarted: Deleting all pods for Recreate update');
    expect(podNames(cluster)).toEqual(['web-0', 'web-1', 'web-2']);
  });

  it('A3-6 is refused by name while its gate is off, and takes no rollingUpdate', async () => {
    await using off = await clusterWith({ replicas: 1 });
    await expect(
      patchSet(off, { spec: { updateStrategy: { type: 'Recreate', rollingUpdate: null } } }),
    ).rejects.toThrow(
      "must be 'RollingUpdate' or 'OnDelete'; 'Recreate' needs feature gate StatefulSetRecreateStrategy, which is off",
    );
    await using on = await clusterWith({ replicas: 1 }, { featureGates: gatesWith(gates) });
    await patchSet(on, { spec: { updateStrategy: { type: 'Recreate', rollingUpdate: null } } });
    expect((await setOf(on)).spec?.updateStrategy).toEqual({ type: 'Recreate' });
    await expect(
      patchSet(on, { spec: { updateStrategy: { rollingUpdate: { partition: 1 } } } }),
    ).rejects.toThrow("only allowed for updateStrategy 'RollingUpdate'");
  });

  it('A3-6 makes the Pods of a new set as any other', () => {
    const world = new World(newSet(recreate), gates);
    expect(words(world.pass())).toEqual(['createPod web-0']);
  });
});

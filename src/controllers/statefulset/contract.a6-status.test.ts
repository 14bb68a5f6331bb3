import { describe, expect, it } from 'vitest';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import { kinds } from '../../api/kinds.js';
import { startTestCluster } from '../../cluster/test-cluster.fixture.js';
import {
  clusterWith,
  createSet,
  patchSet,
  podOf,
  setImage,
  setOf,
  templateWith,
  webKey,
} from './cluster.fixture.js';
import { claimTemplate, settled, start, templateOf } from './world.fixture.js';

describe('A6 status', () => {
  it('A6-1 counts', () => {
    const world = settled();
    const revision = world.set.status?.currentRevision;
    expect(world.set.status).toEqual({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: revision,
      updateRevision: revision,
      collisionCount: 0,
    });
    world.edit({ template: templateOf('v2') });
    world.pass();
    expect(world.set.status).toMatchObject({
      observedGeneration: 2,
      currentRevision: revision,
      updatedReplicas: 0,
    });
    world.pass();
    expect(world.set.status).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 2,
      updatedReplicas: 0,
    });
    world.fate('web-2', 'vanish');
    world.pass();
    world.pass();
    expect(world.set.status).toMatchObject({
      replicas: 3,
      readyReplicas: 2,
      currentReplicas: 2,
      updatedReplicas: 1,
    });
    expect(world.set.status?.updateRevision).not.toBe(revision);
  });

  it('A6-2 is at the update revision only when all replicas are there, updated and ready', () => {
    const world = settled();
    const first = world.set.status?.currentRevision;
    world.edit({ template: templateOf('v2') });
    world.settle();
    const second = world.set.status?.currentRevision;
    expect(second).not.toBe(first);
    world.edit({
      template: templateOf('v3'),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    });
    world.settle();
    expect(world.set.status).toMatchObject({
      currentRevision: second,
      updatedReplicas: 2,
      currentReplicas: 1,
    });
    world.edit({ replicas: 4, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } });
    world.pass();
    expect(world.set.status?.currentRevision).toBe(second);
    world.settle();
    expect(world.set.status).toMatchObject({
      currentRevision: world.set.status?.updateRevision,
      currentReplicas: 4,
    });
  });

  it('A6-3 counts as available what has been ready for minReadySeconds', () => {
    const world = settled();
    world.now = new Date(start.getTime() + 60_000);
    world.edit({ minReadySeconds: 3600 });
    expect(world.pass().lookAgainAfterMs).toBe(3_540_000);
    expect(world.set.status).toMatchObject({ readyReplicas: 3, availableReplicas: 0 });
    world.now = new Date(start.getTime() + 3_600_000);
    world.pass();
    expect(world.set.status).toMatchObject({ readyReplicas: 3, availableReplicas: 3 });
    world.edit({ minReadySeconds: 7200 });
    world.pass();
    world.edit({ minReadySeconds: 0 });
    world.pass();
    expect(world.set.status).toMatchObject({ availableReplicas: 3 });
  });

  it('A6-3 becomes available by itself when the time has come', async () => {
    await using cluster = await clusterWith({ minReadySeconds: 60, podManagementPolicy: 'Parallel' });
    expect((await setOf(cluster)).status).toMatchObject({ readyReplicas: 3, availableReplicas: 0 });
    await cluster.clock.advance(61_000);
    expect((await setOf(cluster)).status).toMatchObject({ readyReplicas: 3, availableReplicas: 3 });
  });

  it('A6-4 has none of Kubernetes’ conditions; why a Pod is missing stands in an Event and in a condition of our own', async () => {
    await using cluster = await startTestCluster();
    await createSet(cluster, {
      template: templateWith('v1', { 'simulated.holdfast.dev/never-ready': 'true' }),
    });
    await cluster.clock.advance(30_000);
    const waits = 'web-0 runs, but container web is not ready; web-1 waits until it is Running and Ready';
    expect((await setOf(cluster)).status?.conditions).toEqual([
      {
        type: 'holdfast.dev/Waiting',
        status: 'True',
        reason: 'PodNotReady',
        message: `waits for Pod web-0: ${waits}`,
        lastTransitionTime: '2026-01-01T00:00:10Z',
      },
    ]);
    expect((await cluster.events('web')).at(-1)).toBe(`PodNotReady: ${waits}`);
  });

  it('A6-5 has a status subresource: get, update and patch of conditions, seen by watchers, kept by the controller', async () => {
    await using cluster = await clusterWith({ replicas: 1 });
    const seen: string[] = [];
    const watch = await cluster.client.watch<StatefulSet>(kinds.StatefulSet, 'default', {}, ({ object }) => {
      for (const { type } of object.status?.conditions ?? []) seen.push(type);
    });
    const set = await cluster.client.get(kinds.StatefulSet, webKey, 'status');
    const conditions = [{ type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from a test' }];
    await cluster.client.updateSub(
      kinds.StatefulSet,
      { ...set, status: { replicas: 1, ...set.status, conditions } },
      'status',
    );
    const patched = [...conditions, { type: 'StatusPatched', status: 'True' }];
    const patch = {
      type: 'application/merge-patch+json',
      body: { status: { conditions: patched } },
      subresource: 'status',
    } as const;
    await cluster.client.patch(kinds.StatefulSet, webKey, patch);
    await patchSet(cluster, { spec: { replicas: 2 } });
    await cluster.until(() => cluster.ready().length === 2);
    await cluster.settle();
    expect((await setOf(cluster)).status).toMatchObject({ readyReplicas: 2, conditions: patched });
    expect(seen).toEqual(expect.arrayContaining(['StatusUpdate', 'StatusPatched']));
    watch.stop();
  });

  it('A6-6 tells in Events what it does to Pods and claims', async () => {
    await using cluster = await clusterWith({ replicas: 2, volumeClaimTemplates: [claimTemplate('data')] });
    const label = { 'apps.kubernetes.io/pod-index': null };
    const patch = { type: 'application/merge-patch+json', body: { metadata: { labels: label } } } as const;
    await cluster.client.patch(kinds.Pod, { namespace: 'default', name: 'web-1' }, patch);
    await cluster.settle();
    await patchSet(cluster, { spec: { replicas: 1 } });
    await cluster.until(() => cluster.pods().length === 1);
    await cluster.settle();
    expect(await cluster.events('web')).toEqual([
      'SuccessfulCreate: create Claim data-web-0 Pod web-0 in StatefulSet web success',
      'SuccessfulCreate: create Pod web-0 in StatefulSet web successful',
      'SuccessfulCreate: create Claim data-web-1 Pod web-1 in StatefulSet web success',
      'SuccessfulCreate: create Pod web-1 in StatefulSet web successful',
      'SuccessfulUpdate: update Pod web-1 in StatefulSet web successful',
      'SuccessfulDelete: delete Pod web-1 in StatefulSet web successful',
    ]);
  });

  it.each<readonly [string, string, () => Promise<string>]>([
    [
      'FailedCreate',
      'create Pod web-0 in StatefulSet web failed error: ',
      () => failing('CREATE', 'Pod', (cluster) => patchSet(cluster, { spec: { replicas: 1 } })),
    ],
    [
      'FailedCreate',
      'create Claim data-web-0 for Pod web-0 in StatefulSet web failed error: ',
      () =>
        failing('CREATE', 'PersistentVolumeClaim', (cluster) => patchSet(cluster, { spec: { replicas: 1 } })),
    ],
    [
      'FailedDelete',
      'delete Pod web-0 in StatefulSet web failed error: ',
      async () =>
        failing('DELETE', 'Pod', async (cluster) => {
          await patchSet(cluster, { spec: { replicas: 1 } });
          await cluster.until(() => cluster.ready().length === 1);
          await setImage(cluster, 'v2');
        }),
    ],
    [
      'FailedUpdate',
      'update Claim data-web-0 in StatefulSet web failed error: ',
      async () =>
        failing('UPDATE', 'PersistentVolumeClaim', async (cluster) => {
          await patchSet(cluster, { spec: { replicas: 1 } });
          await cluster.until(() => cluster.ready().length === 1);
          await patchSet(cluster, {
            spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } },
          });
        }),
    ],
  ])('A6-6 tells of what failed: %s', async (reason, text, run) => {
    const event = await run();
    expect(event).toContain(`${reason}: ${text}`);
    expect(event).toContain('not today');
  });
});

/** Lets something happen on a cluster where the controller is refused one kind of write; gives the last Event of the set. */
async function failing(
  operation: 'CREATE' | 'UPDATE' | 'DELETE',
  kind: string,
  act: (cluster: Awaited<ReturnType<typeof startTestCluster>>) => Promise<unknown>,
): Promise<string> {
  const controller = 'system:serviceaccount:kube-system:statefulset-controller';
  const refuse = {
    name: 'refuse',
    matches: (request: { operation: string; kind: { kind: string }; user: { name: string } }) =>
      request.operation === operation && request.kind.kind === kind && request.user.name === controller,
    admit: () => Promise.reject(new Error('not today')),
  };
  const spec = { replicas: 0, volumeClaimTemplates: [claimTemplate('data')] };
  await using cluster = await clusterWith(spec, { admission: [refuse] });
  await act(cluster);
  await cluster.clock.advance(5000);
  expect(cluster.pods().map((pod) => pod.metadata?.name)).toEqual(
    cluster.pods().length === 0 ? [] : [podOf(cluster, 0).metadata?.name],
  );
  return (await cluster.events('web')).findLast((event) => event.startsWith('Failed')) ?? '';
}

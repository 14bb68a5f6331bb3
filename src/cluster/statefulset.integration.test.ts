import { describe, expect, it } from 'vitest';
import { kinds } from '../api/kinds.js';
import { architecture, startTestCluster, type TestCluster } from './test-cluster.fixture.js';

const three = ['mysql-0', 'mysql-1', 'mysql-2'];

async function withCourse(): Promise<TestCluster> {
  const cluster = await startTestCluster();
  await cluster.apply(architecture());
  await cluster.until(() => cluster.ready().length === 3);
  await cluster.settle();
  return cluster;
}

const scaleTo = (cluster: TestCluster, replicas: number): Promise<unknown> =>
  cluster.client.patch(
    kinds.StatefulSet,
    { namespace: 'default', name: 'mysql' },
    {
      type: 'application/merge-patch+json',
      body: { spec: { replicas } },
    },
  );

const setImage = (cluster: TestCluster, image: string): Promise<unknown> =>
  cluster.client.patch(
    kinds.StatefulSet,
    { namespace: 'default', name: 'mysql' },
    {
      type: 'application/strategic-merge-patch+json',
      body: { spec: { template: { spec: { containers: [{ name: 'mysql', image }] } } } },
    },
  );

const images = (cluster: TestCluster): readonly (string | undefined)[] =>
  cluster.pods().map((pod) => pod.spec?.containers[0]?.image);

describe("the course's StatefulSet, on simulated Pods", () => {
  it('comes up in order, each Pod on its own claim and volume (M2, M9, M10)', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(architecture());
    const seen: string[] = [];
    await cluster.until(() => {
      const now = cluster
        .pods()
        .map((pod) => pod.metadata?.name)
        .join();
      if (seen.at(-1) !== now) seen.push(now);
      return cluster.ready().length === 3;
    });
    await cluster.settle();
    expect(seen.filter((names) => names !== '')).toEqual([
      'mysql-0',
      'mysql-0,mysql-1',
      'mysql-0,mysql-1,mysql-2',
    ]);
    const claims = await cluster.client.list(kinds.PersistentVolumeClaim, 'default');
    expect(
      claims.items.map(({ metadata, status }) => [
        metadata?.name,
        status?.phase,
        status?.capacity?.['storage'],
      ]),
    ).toEqual(three.map((name) => [`mysql-storage-${name}`, 'Bound', '5Gi']));
    expect((await cluster.events('mysql')).slice(0, 3)).toEqual([
      'SuccessfulCreate: create Claim mysql-storage-mysql-0 Pod mysql-0 in StatefulSet mysql success',
      'SuccessfulCreate: create Pod mysql-0 in StatefulSet mysql successful',
      'SuccessfulCreate: create Claim mysql-storage-mysql-1 Pod mysql-1 in StatefulSet mysql success',
    ]);
    const set = await cluster.find(kinds.StatefulSet, 'mysql');
    expect(set?.status).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      updatedReplicas: 3,
    });
  });

  it('says what it waits for when mysql-0 never becomes ready (M2)', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(
      architecture().replace(
        '      labels:\n        app: mysql\n    spec:',
        [
          '      labels:',
          '        app: mysql',
          '      annotations:',
          '        simulated.holdfast.dev/never-ready: "true"',
          '    spec:',
        ].join('\n'),
      ),
    );
    await cluster.clock.advance(30_000);
    expect(cluster.pods().map((pod) => pod.metadata?.name)).toEqual(['mysql-0']);
    const statefulset = cluster.controlPlane.controllers.find(({ name }) => name === 'statefulset');
    expect(statefulset?.waiting().get('default/mysql')).toMatchObject({
      reason: 'PodNotReady',
      on: { kind: 'Pod', name: 'mysql-0' },
    });
    expect((await cluster.events('mysql')).at(-1)).toContain('mysql-1 waits until it is Running and Ready');
  });

  it('brings a deleted Pod back under its name, on its claim (M3, M7, M10)', async () => {
    await using cluster = await withCourse();
    const before = cluster.pods()[0];
    const claim = await cluster.find(kinds.PersistentVolumeClaim, 'mysql-storage-mysql-0');
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'mysql-0' });
    await cluster.until(
      () => cluster.pods()[0]?.metadata?.uid !== before?.metadata?.uid && cluster.ready().length === 3,
    );
    await cluster.settle();
    expect(cluster.ready()).toEqual(three);
    expect(cluster.pods()[0]?.spec?.volumes?.[0]).toEqual(before?.spec?.volumes?.[0]);
    const after = await cluster.find(kinds.PersistentVolumeClaim, 'mysql-storage-mysql-0');
    expect(after?.metadata?.uid).toBe(claim?.metadata?.uid);
    const master = await cluster.find(kinds.Endpoints, 'mysql-master');
    expect(master?.subsets?.[0]?.addresses?.[0]?.ip).toBe(cluster.pods()[0]?.status?.podIP);
  });

  it('puts the identity label back (M4)', async () => {
    await using cluster = await withCourse();
    await cluster.client.patch(
      kinds.Pod,
      { namespace: 'default', name: 'mysql-1' },
      {
        type: 'application/merge-patch+json',
        body: { metadata: { labels: { 'statefulset.kubernetes.io/pod-name': null } } },
      },
    );
    await cluster.settle();
    expect(cluster.pods()[1]?.metadata?.labels).toHaveProperty(
      'statefulset.kubernetes.io/pod-name',
      'mysql-1',
    );
  });

  it('names every Pod in the headless Service (M5, M14)', async () => {
    await using cluster = await withCourse();
    const slices = await cluster.client.list(kinds.EndpointSlice, 'default', {
      labelSelector: 'kubernetes.io/service-name=mysql',
    });
    const endpoints = slices.items.flatMap((slice) => slice.endpoints ?? []);
    expect(endpoints.map(({ hostname, conditions }) => [hostname, conditions?.ready])).toEqual(
      three.map((name) => [name, true]),
    );
  });

  it('scales up and down in order and keeps claims (A5-4)', async () => {
    await using cluster = await withCourse();
    await scaleTo(cluster, 1);
    await cluster.until(() => cluster.pods().length === 1);
    await scaleTo(cluster, 4);
    await cluster.until(() => cluster.ready().length === 4);
    await cluster.settle();
    const claims = await cluster.client.list(kinds.PersistentVolumeClaim, 'default');
    expect(claims.items).toHaveLength(4);
    expect(await cluster.events('mysql')).toContain(
      'SuccessfulDelete: delete Pod mysql-2 in StatefulSet mysql successful',
    );
  });

  it('rolls to a new template and back (A3-1, A3-8)', async () => {
    await using cluster = await withCourse();
    const first = (await cluster.find(kinds.StatefulSet, 'mysql'))?.status?.currentRevision;
    await setImage(cluster, 'mysql:9');
    await cluster.until(
      () => cluster.ready().length === 3 && images(cluster).every((image) => image === 'mysql:9'),
    );
    await setImage(cluster, 'mysql:8');
    await cluster.until(
      () => cluster.ready().length === 3 && images(cluster).every((image) => image === 'mysql:8'),
    );
    await cluster.settle();
    const set = await cluster.find(kinds.StatefulSet, 'mysql');
    expect(set?.status).toMatchObject({ currentRevision: first, updateRevision: first, updatedReplicas: 3 });
    const revisions = await cluster.client.list(kinds.ControllerRevision, 'default');
    expect(revisions.items.map(({ revision }) => revision).sort()).toEqual([2, 3]);
  });

  it.each(['Background', 'Foreground'] as const)(
    'goes with its Pods, claims stay: %s',
    async (propagationPolicy) => {
      await using cluster = await withCourse();
      await cluster.client.delete(
        kinds.StatefulSet,
        { namespace: 'default', name: 'mysql' },
        { propagationPolicy },
      );
      await cluster.until(() => cluster.pods().length === 0);
      await cluster.settle();
      expect(await cluster.find(kinds.StatefulSet, 'mysql')).toBeUndefined();
      expect((await cluster.client.list(kinds.ControllerRevision, 'default')).items).toHaveLength(0);
      expect((await cluster.client.list(kinds.PersistentVolumeClaim, 'default')).items).toHaveLength(3);
    },
  );

  it('leaves its Pods when deleted with orphan, and a new set takes them over (A2-8)', async () => {
    await using cluster = await withCourse();
    const uids = cluster.pods().map((pod) => pod.metadata?.uid);
    await cluster.client.delete(
      kinds.StatefulSet,
      { namespace: 'default', name: 'mysql' },
      { propagationPolicy: 'Orphan' },
    );
    await cluster.settle();
    expect(await cluster.find(kinds.StatefulSet, 'mysql')).toBeUndefined();
    expect(cluster.pods().map((pod) => pod.metadata?.ownerReferences ?? [])).toEqual([[], [], []]);
    await cluster.apply(architecture().slice(architecture().lastIndexOf('---')));
    await cluster.settle();
    expect(cluster.pods().map((pod) => pod.metadata?.uid)).toEqual(uids);
    expect(cluster.pods().map((pod) => pod.metadata?.ownerReferences?.[0]?.name)).toEqual([
      'mysql',
      'mysql',
      'mysql',
    ]);
  });

  it('deletes claims, volumes and all with whenDeleted: Delete (A5-5)', async () => {
    await using cluster = await withCourse();
    await cluster.client.patch(
      kinds.StatefulSet,
      { namespace: 'default', name: 'mysql' },
      {
        type: 'application/merge-patch+json',
        body: { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } } },
      },
    );
    await cluster.settle();
    await cluster.client.delete(kinds.StatefulSet, { namespace: 'default', name: 'mysql' });
    await cluster.until(() => cluster.pods().length === 0);
    await cluster.settle();
    expect((await cluster.client.list(kinds.PersistentVolumeClaim, 'default')).items).toHaveLength(0);
    expect((await cluster.client.list(kinds.PersistentVolume, undefined)).items).toHaveLength(0);
  });

  it('makes an evicted Pod again, and tells so (A2-10)', async () => {
    await using cluster = await withCourse();
    const before = cluster.pods()[2];
    if (before === undefined) throw new Error('mysql-2 is missing');
    await cluster.client.patchStatus(kinds.Pod, before, { phase: 'Failed', reason: 'Evicted' });
    await cluster.until(
      () => cluster.pods()[2]?.metadata?.uid !== before.metadata?.uid && cluster.ready().length === 3,
    );
    expect(await cluster.events('mysql')).toContain(
      'RecreatingFailedPod: StatefulSet default/mysql is recreating failed Pod mysql-2',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { kinds } from '../api/kinds.js';
import { startTestCluster } from './test-cluster.fixture.js';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "web:1" }]
`;

describe('volumes', () => {
  it('binds a claim to the smallest fitting volume that an administrator made, and releases it (M9)', async () => {
    await using cluster = await startTestCluster();
    const volume = (name: string, storage: string): string => `
apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name} }
spec:
  capacity: { storage: ${storage} }
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  hostPath: { path: /mnt/${name} }
`;
    await cluster.apply([volume('large', '20Gi'), volume('small', '5Gi'), volume('tiny', '1Gi')].join('---'));
    await cluster.apply(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  resources: { requests: { storage: 3Gi } }
`);
    await cluster.settle();
    const claim = await cluster.find(kinds.PersistentVolumeClaim, 'data');
    expect(claim).toMatchObject({
      spec: { volumeName: 'small' },
      status: { phase: 'Bound', capacity: { storage: '5Gi' } },
    });
    await cluster.client.delete(kinds.PersistentVolumeClaim, { namespace: 'default', name: 'data' });
    await cluster.settle();
    const released = await cluster.client.get(kinds.PersistentVolume, { name: 'small' });
    expect(released.status?.phase).toBe('Released');
  });

  it('makes a volume when the first consumer is scheduled, with WaitForFirstConsumer', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(`
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: late }
provisioner: holdfast.dev/directory
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: late
  resources: { requests: { storage: 1Gi } }
`);
    await cluster.settle();
    expect((await cluster.find(kinds.PersistentVolumeClaim, 'data'))?.status?.phase).toBe('Pending');
    expect(await cluster.events('data')).toEqual([
      'WaitForFirstConsumer: waiting for first consumer to be created before binding',
    ]);
    await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: user }
spec:
  containers: [{ name: c, image: c }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
`);
    await cluster.until(() => cluster.ready().length === 1);
    expect((await cluster.find(kinds.PersistentVolumeClaim, 'data'))?.status?.phase).toBe('Bound');
    await cluster.client.delete(kinds.PersistentVolumeClaim, { namespace: 'default', name: 'data' });
    await cluster.settle();
    expect(
      (await cluster.find(kinds.PersistentVolumeClaim, 'data'))?.metadata?.deletionTimestamp,
    ).toBeDefined();
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'user' });
    await cluster.until(() => cluster.pods().length === 0);
    await cluster.settle();
    expect(await cluster.find(kinds.PersistentVolumeClaim, 'data')).toBeUndefined();
    expect((await cluster.client.list(kinds.PersistentVolume, undefined)).items).toEqual([]);
  });
});

describe('scheduler', () => {
  it('says why a Pod fits nowhere, and places it when it fits', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: picky }
spec:
  nodeSelector: { disk: ssd }
  containers: [{ name: c, image: c }]
`);
    await cluster.settle();
    const message =
      "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
    expect(cluster.pods()[0]?.status?.conditions).toMatchObject([
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    ]);
    expect(await cluster.events('picky')).toEqual([`FailedScheduling: ${message}`]);
    await cluster.client.patch(
      kinds.Node,
      { name: 'node-0' },
      {
        type: 'application/merge-patch+json',
        body: { metadata: { labels: { disk: 'ssd' } } },
      },
    );
    await cluster.until(() => cluster.ready().length === 1);
  });

  it('names the claim that is missing', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: lonely }
spec:
  containers: [{ name: c, image: c }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: nowhere } }]
`);
    await cluster.clock.advance(5000);
    expect(await cluster.events('lonely')).toEqual([
      'FailedScheduling: 0/1 nodes are available: persistentvolumeclaim "nowhere" not found. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    ]);
  });
});

describe('namespaces', () => {
  it('have a default ServiceAccount, and go with everything in them', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: team }\n');
    await cluster.settle();
    expect(
      (await cluster.client.get(kinds.ServiceAccount, { namespace: 'team', name: 'default' })).metadata?.name,
    ).toBe('default');
    await cluster.apply(deployment.replace('name: web }', 'name: web, namespace: team }'));
    const pods = cluster.client.cache(kinds.Pod, { namespace: 'team' });
    await cluster.until(() => pods.list().length === 2);
    await cluster.client.delete(kinds.Namespace, { name: 'team' });
    const namespaces = cluster.client.cache(kinds.Namespace);
    await namespaces.synced;
    await cluster.until(() => namespaces.get({ name: 'team' }) === undefined);
    expect(pods.list()).toEqual([]);
    expect((await cluster.client.list(kinds.Deployment, 'team')).items).toEqual([]);
  });
});

describe('garbage collector', () => {
  it('deletes what names an owner that does not exist, and keeps what has another owner left', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: owner }\n');
    const owner = await cluster.client.get(kinds.ConfigMap, { namespace: 'default', name: 'owner' });
    const gone = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'no-such-uid' };
    const living = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata?.uid ?? '' };
    const create = (name: string, ownerReferences: readonly (typeof gone)[]): Promise<unknown> =>
      cluster.client.create(kinds.ConfigMap, { metadata: { name, namespace: 'default', ownerReferences } });
    await create('orphan', [gone]);
    await create('half', [gone, living]);
    await cluster.settle();
    expect(await cluster.find(kinds.ConfigMap, 'orphan')).toBeUndefined();
    expect((await cluster.find(kinds.ConfigMap, 'half'))?.metadata?.ownerReferences).toEqual([living]);
  });
});

describe('Events', () => {
  it('are forgotten after an hour', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(deployment);
    await cluster.until(() => cluster.ready().length === 2);
    await cluster.settle();
    expect(await cluster.events('web')).not.toEqual([]);
    await cluster.clock.advance(3_600_000 + 300_000);
    expect(await cluster.events('web')).toEqual([]);
  });
});

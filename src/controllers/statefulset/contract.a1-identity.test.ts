import { describe, expect, it } from 'vitest';
import { kinds } from '../../api/kinds.js';
import { startTestCluster } from '../../cluster/test-cluster.fixture.js';
import {
  clusterWith,
  createSet,
  patchSet,
  podNames,
  podOf,
  setOf,
  templateWith,
  webKey,
} from './cluster.fixture.js';
import { claimTemplate, newSet, settled, World, words } from './world.fixture.js';

const nameLabel = 'statefulset.kubernetes.io/pod-name';

describe('A1 identity', () => {
  it.each([
    [undefined, ['web-0', 'web-1', 'web-2']],
    [{ start: 0 }, ['web-0', 'web-1', 'web-2']],
    [{ start: 5 }, ['web-5', 'web-6', 'web-7']],
  ])('A1-1 names Pods by ordinal, from ordinals %j', (ordinals, names) => {
    expect(settled({ ordinals }).names()).toEqual(names);
    expect(settled({ ordinals, podManagementPolicy: 'Parallel' }).names()).toEqual(names);
    const prefixes = [...settled({ ordinals }).pods.values()].map(({ metadata }) => metadata?.generateName);
    expect(prefixes).toEqual(['web-', 'web-', 'web-']);
  });

  it('A1-2 sets host name and subdomain when a Pod is made, and never afterwards', () => {
    const world = settled();
    const pod = world.pods.get('web-1');
    expect(pod?.spec).toMatchObject({ hostname: 'web-1', subdomain: 'web' });
    world.pods.set('web-1', {
      ...pod,
      metadata: { ...pod?.metadata, labels: { app: 'web' } },
      spec: { containers: [] },
    });
    world.pass();
    expect(world.pods.get('web-1')?.metadata?.labels).toHaveProperty([nameLabel], 'web-1');
    expect(world.pods.get('web-1')?.spec).toEqual({ containers: [] });
  });

  it.each([true, false])('A1-3 puts the label with the name back (the Pod is ready: %s)', (ready) => {
    const world = settled();
    world.fate('web-1', 'unlabel');
    if (!ready) world.fate('web-1', 'unready');
    expect(words(world.pass())).toEqual(['updatePod web-1']);
    expect(world.pods.get('web-1')?.metadata?.labels).toHaveProperty([nameLabel], 'web-1');
  });

  it('A1-4 labels Pods with their ordinal', () => {
    const world = settled({ ordinals: { start: 3 }, replicas: 2 });
    const labels = [...world.pods.values()].map(
      ({ metadata }) => metadata?.labels?.['apps.kubernetes.io/pod-index'],
    );
    expect(labels).toEqual(['3', '4']);
  });

  it('A1-5 labels Pods with the name of their ControllerRevision', () => {
    const world = settled();
    const [revision] = [...world.revisions.keys()];
    expect(world.set.status?.updateRevision).toBe(revision);
    for (const pod of world.pods.values())
      expect(pod.metadata?.labels).toHaveProperty(['controller-revision-hash'], revision);
  });

  it('A1-6 owns its Pods, lets one go whose labels stop matching, and takes it over again', async () => {
    await using cluster = await clusterWith();
    const set = await setOf(cluster);
    const uid = podOf(cluster, 1).metadata?.uid;
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: set.metadata?.uid };
    expect(podOf(cluster, 1).metadata?.ownerReferences).toEqual([
      { ...owner, controller: true, blockOwnerDeletion: true },
    ]);
    const label = async (app: string): Promise<void> => {
      const body = { metadata: { labels: { app } } };
      const key = { namespace: 'default', name: 'web-1' };
      await cluster.client.patch(kinds.Pod, key, { type: 'application/merge-patch+json', body });
      await cluster.settle();
    };
    await label('stranger');
    expect(podOf(cluster, 1).metadata?.ownerReferences ?? []).toEqual([]);
    expect((await setOf(cluster)).status).toMatchObject({ replicas: 2 });
    await label('web');
    expect(podOf(cluster, 1).metadata?.ownerReferences).toMatchObject([{ ...owner, controller: true }]);
    expect(podOf(cluster, 1).metadata?.uid).toBe(uid);
  });

  it('A1-6 adopts an orphan of the right name and labels, and no other', async () => {
    await using cluster = await startTestCluster();
    const pod = (name: string, app: string): Promise<unknown> =>
      cluster.client.create(kinds.Pod, {
        metadata: { name, namespace: 'default', labels: { app } },
        spec: { containers: [{ name: 'web', image: 'v1' }] },
      });
    await pod('web-0', 'web');
    await pod('web-1', 'other');
    await pod('web-x', 'web');
    await createSet(cluster, { replicas: 3 });
    await cluster.clock.advance(15_000);
    expect(
      cluster.pods().map(({ metadata }) => [metadata?.name, metadata?.ownerReferences?.[0]?.name]),
    ).toEqual([
      ['web-0', 'web'],
      ['web-1', undefined],
      ['web-x', undefined],
    ]);
    expect(await cluster.events('web')).toContainEqual(
      expect.stringContaining(
        'PodNameTaken: web-1 cannot be created: the name is taken by a Pod which the set does not own',
      ),
    );
  });

  it('A1-7 gives a deleted Pod its name and claims back', async () => {
    await using cluster = await clusterWith({ volumeClaimTemplates: [claimTemplate('data')] });
    const before = podOf(cluster, 1);
    const claim = await cluster.find(kinds.PersistentVolumeClaim, 'data-web-1');
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'web-1' });
    await cluster.until(
      () => cluster.ready().length === 3 && podOf(cluster, 1).metadata?.uid !== before.metadata?.uid,
    );
    const after = podOf(cluster, 1);
    const volumes = expect.arrayContaining([
      { name: 'data', persistentVolumeClaim: { claimName: 'data-web-1' } },
    ]);
    expect(after.spec).toMatchObject({ hostname: 'web-1', subdomain: 'web', volumes });
    expect((await cluster.find(kinds.PersistentVolumeClaim, 'data-web-1'))?.metadata?.uid).toBe(
      claim?.metadata?.uid,
    );
  });

  it.each(['OrderedReady', 'Parallel'])(
    'A1-8 does not replace a Pod before its node confirms its end, or a person forces it (%s)',
    async (podManagementPolicy) => {
      const template = templateWith('v1', { 'simulated.holdfast.dev/stop-after-ms': '100000000' });
      await using cluster = await clusterWith({ podManagementPolicy, template });
      const lost = podOf(cluster, 1).metadata?.uid;
      const key = { namespace: 'default', name: 'web-1' };
      await cluster.client.delete(kinds.Pod, key);
      await cluster.clock.advance(600_000);
      expect(podOf(cluster, 1).metadata).toMatchObject({ uid: lost, deletionTimestamp: expect.any(String) });
      expect(podNames(cluster)).toEqual(['web-0', 'web-1', 'web-2']);
      await cluster.client.delete(kinds.Pod, key, { gracePeriodSeconds: 0 });
      await cluster.until(() => cluster.ready().length === 3 && podOf(cluster, 1).metadata?.uid !== lost);
    },
  );

  it('A1-8 leaves a Pod of a lost node Terminating, until the Node object is deleted', async () => {
    const delays = { startMs: 20, readyMs: 30, stopMs: 10 };
    const simulated = ['node-0', 'node-1', 'node-2'].map((nodeName) => ({ nodeName, delays }));
    await using cluster = await clusterWith({ podManagementPolicy: 'Parallel' }, { simulated });
    const lost = podOf(cluster, 1);
    const node = { name: lost.spec?.nodeName ?? '' };
    const others = podNames(cluster).filter(
      (_name, ordinal) => podOf(cluster, ordinal).spec?.nodeName !== node.name,
    );
    const body = { metadata: { annotations: { 'simulated.holdfast.dev/lost': 'true' } } };
    await cluster.client.patch(kinds.Node, node, { type: 'application/merge-patch+json', body });
    await cluster.clock.advance(600_000);
    expect(podOf(cluster, 1).metadata).toMatchObject({
      uid: lost.metadata?.uid,
      deletionTimestamp: expect.any(String),
    });
    expect(cluster.ready()).toEqual(others);
    await cluster.client.delete(kinds.Node, node);
    await cluster.until(() => cluster.ready().length === 3);
    expect(podOf(cluster, 1).metadata?.uid).not.toBe(lost.metadata?.uid);
    expect(podOf(cluster, 1).spec?.nodeName).not.toBe(node.name);
  });

  it('A1-9 runs without its Service and without a serviceName, which cannot be changed later', async () => {
    await using cluster = await clusterWith({ serviceName: undefined, replicas: 1 });
    expect(podOf(cluster, 0).spec).toMatchObject({ hostname: 'web-0' });
    expect(podOf(cluster, 0).spec).not.toHaveProperty('subdomain');
    await expect(patchSet(cluster, { spec: { serviceName: 'web' } })).rejects.toThrow(/are forbidden/);
    await using named = await clusterWith({ serviceName: 'nobody', replicas: 1 });
    expect(podOf(named, 0).spec).toMatchObject({ subdomain: 'nobody' });
  });

  it('A1-10 refuses a name that is no DNS subdomain', async () => {
    await using cluster = await startTestCluster();
    const set = { ...newSet(), metadata: { namespace: 'default', name: 'Web_1' } };
    await expect(cluster.client.create(kinds.StatefulSet, set)).rejects.toThrow(
      /metadata.name: Invalid value: "Web_1"/,
    );
  });

  it('A1-10 says in an Event that a Pod name over 63 characters cannot run', async () => {
    await using cluster = await startTestCluster();
    const name = 'w'.repeat(62);
    await cluster.client.create(kinds.StatefulSet, {
      ...newSet({ replicas: 1 }),
      metadata: { ...webKey, name },
    });
    await cluster.clock.advance(1000);
    expect(cluster.pods()).toEqual([]);
    const [event] = await cluster.events(name);
    expect(event).toContain(`FailedCreate: create Pod ${name}-0 in StatefulSet ${name} failed error: `);
    expect(event).toContain('must be no more than 63');
  });

  it('A1-1 counts no Pod as its own whose name only looks like it', () => {
    const world = new World(newSet({ replicas: 1 }));
    for (const name of ['web-00', 'web-0-0', 'web-']) {
      world.pods.set(name, { metadata: { name, labels: { app: 'web' } }, spec: { containers: [] } });
    }
    expect(words(world.pass())).toEqual(['createPod web-0']);
  });
});

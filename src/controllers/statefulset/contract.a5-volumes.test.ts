import { describe, expect, it } from 'vitest';
import { gatesWith } from '../../api/feature-gates.js';
import type { PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import type { OwnerReference } from '../../api/generated/meta-v1.js';
import { kinds } from '../../api/kinds.js';
import type { TestCluster } from '../../cluster/test-cluster.fixture.js';
import { clusterWith, patchSet, podNames, podOf, setOf, webKey } from './cluster.fixture.js';
import { claimTemplate, newSet, settled, start, templateOf, World, words } from './world.fixture.js';

const withClaims = { volumeClaimTemplates: [claimTemplate('data')] };
const policy = (whenDeleted: string, whenScaled: string): object => ({
  persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
});
const ownersIn = (world: World, name: string): readonly OwnerReference[] =>
  world.claims.get(name)?.metadata?.ownerReferences ?? [];
const claimsOf = async (cluster: TestCluster): Promise<readonly PersistentVolumeClaim[]> =>
  (await cluster.client.list(kinds.PersistentVolumeClaim, 'default')).items;
const claimNames = async (cluster: TestCluster): Promise<readonly (string | undefined)[]> =>
  (await claimsOf(cluster)).map(({ metadata }) => metadata?.name);

describe('A5 claims', () => {
  it('A5-1 names them <template>-<set>-<ordinal> and labels them with the labels of template and selector', () => {
    const data = claimTemplate('data');
    const finalizers = ['example.com/backup'];
    const labelled = {
      ...data,
      metadata: { ...data.metadata, labels: { tier: 'db', app: 'overridden' }, finalizers },
    };
    const world = settled({
      replicas: 1,
      ordinals: { start: 4 },
      volumeClaimTemplates: [labelled, claimTemplate('log')],
    });
    expect([...world.claims.keys()]).toEqual(['data-web-4', 'log-web-4']);
    expect(world.claims.get('data-web-4')?.metadata?.labels).toEqual({ tier: 'db', app: 'web' });
    expect(world.claims.get('data-web-4')?.metadata?.finalizers).toEqual(finalizers);
    expect(world.claims.get('log-web-4')?.metadata?.labels).toEqual({ app: 'web' });
  });

  it('A5-2 makes them before the Pod, uses those that are there, and puts them over volumes of the same name', () => {
    const volumes = [
      { name: 'data', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
    ];
    const template = { ...templateOf('v1'), spec: { containers: [], volumes } };
    const world = new World(newSet({ ...withClaims, template }));
    expect(words(world.pass())).toEqual(['createClaim data-web-0', 'createPod web-0']);
    expect(world.pods.get('web-0')?.spec?.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } },
      { name: 'tmp', emptyDir: {} },
    ]);
    const second = new World(newSet(withClaims));
    second.claims.set('data-web-0', { metadata: { name: 'data-web-0' }, spec: {} });
    expect(words(second.pass())).toEqual(['createPod web-0']);
  });

  it('A5-3 does not ask for a volumeMount of each template', async () => {
    await using cluster = await clusterWith({ ...withClaims, replicas: 1 });
    const mounts = podOf(cluster, 0).spec?.containers[0]?.volumeMounts ?? [];
    expect(mounts.map(({ name }) => name)).not.toContain('data');
    expect(await claimNames(cluster)).toEqual(['data-web-0']);
  });

  it.each([[{}], [policy('Retain', 'Retain')]])(
    'A5-4 keeps them on scale down and on deletion of the set: %j',
    async (spec) => {
      await using cluster = await clusterWith({ ...withClaims, ...spec });
      await patchSet(cluster, { spec: { replicas: 1 } });
      await cluster.until(() => podNames(cluster).length === 1);
      await cluster.settle();
      expect(await claimNames(cluster)).toEqual(['data-web-0', 'data-web-1', 'data-web-2']);
      await cluster.client.delete(kinds.StatefulSet, webKey);
      await cluster.until(() => podNames(cluster).length === 0);
      await cluster.clock.advance(60_000);
      expect(await claimNames(cluster)).toEqual(['data-web-0', 'data-web-1', 'data-web-2']);
    },
  );

  it('A5-5 whenDeleted Delete: they are owned by the set and go after it', async () => {
    await using cluster = await clusterWith({ ...withClaims, ...policy('Delete', 'Retain') });
    const uid = (await setOf(cluster)).metadata?.uid;
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid };
    for (const claim of await claimsOf(cluster))
      expect(claim.metadata?.ownerReferences).toEqual([
        { ...owner, controller: true, blockOwnerDeletion: true },
      ]);
    await cluster.client.delete(kinds.StatefulSet, webKey);
    await cluster.until(() => podNames(cluster).length === 0);
    await cluster.settle();
    expect(await claimNames(cluster)).toEqual([]);
  });

  it.each(['OrderedReady', 'Parallel'])(
    'A5-6 whenScaled Delete: a claim goes after its condemned Pod, not after an ordinary deletion (%s)',
    async (podManagementPolicy) => {
      await using cluster = await clusterWith({
        podManagementPolicy,
        ...withClaims,
        ...policy('Retain', 'Delete'),
      });
      const before = await claimsOf(cluster);
      await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'web-2' });
      await cluster.until(() => cluster.ready().length === 3);
      await cluster.settle();
      expect((await claimsOf(cluster)).map(({ metadata }) => metadata?.uid)).toEqual(
        before.map(({ metadata }) => metadata?.uid),
      );
      await patchSet(cluster, { spec: { replicas: 1 } });
      await cluster.until(() => podNames(cluster).length === 1);
      await cluster.settle();
      expect(await claimNames(cluster)).toEqual(['data-web-0']);
      await patchSet(cluster, { spec: { replicas: 3 } });
      await cluster.until(() => cluster.ready().length === 3);
      const after = await claimsOf(cluster);
      expect(after.map(({ metadata }) => metadata?.name)).toEqual(['data-web-0', 'data-web-1', 'data-web-2']);
      expect(after[2]?.metadata?.uid).not.toBe(before[2]?.metadata?.uid);
    },
  );

  it('A5-6 hands a claim to the condemned Pod first, and makes no Pod on a claim that still goes with a former one', () => {
    const world = settled({ ...withClaims, ...policy('Delete', 'Delete') });
    world.edit({ replicas: 2 });
    expect(words(world.pass())).toEqual(['setClaimOwners data-web-2', 'deletePod web-2']);
    expect(ownersIn(world, 'data-web-2')).toMatchObject([{ kind: 'Pod', name: 'web-2', controller: true }]);
    expect(ownersIn(world, 'data-web-1')).toMatchObject([{ kind: 'StatefulSet', name: 'web' }]);
    world.fate('web-2', 'vanish');
    world.edit({ replicas: 3 });
    expect(world.pass().waitingFor).toMatchObject({ reason: 'ClaimOfFormerPod', on: { name: 'data-web-2' } });
    world.claims.delete('data-web-2');
    expect(words(world.pass())).toEqual(['createClaim data-web-2', 'createPod web-2']);
  });

  it('A5-7 leaves a claim with another controller alone, and keeps owners that are none', async () => {
    await using cluster = await clusterWith(withClaims);
    const foreign = { apiVersion: 'v1', kind: 'ConfigMap', name: 'kube-root-ca.crt', uid: 'x' };
    const own = async (name: string, references: readonly object[]): Promise<void> => {
      const body = { metadata: { ownerReferences: references } };
      const patch = { type: 'application/merge-patch+json', body } as const;
      await cluster.client.patch(kinds.PersistentVolumeClaim, { namespace: 'default', name }, patch);
    };
    const config = await cluster.client.create(kinds.ConfigMap, {
      metadata: { namespace: 'default', name: 'owner' },
    });
    const real = { ...foreign, name: 'owner', uid: config.metadata?.uid };
    await own('data-web-0', [{ ...real, controller: true }]);
    await own('data-web-1', [{ ...real, controller: false }]);
    await patchSet(cluster, { spec: policy('Delete', 'Retain') });
    await cluster.settle();
    const owners = async (): Promise<readonly (readonly string[])[]> =>
      (await claimsOf(cluster)).map(({ metadata }) =>
        (metadata?.ownerReferences ?? []).map(({ kind, controller }) => `${kind} ${controller}`),
      );
    expect(await owners()).toEqual([
      ['ConfigMap true'],
      ['ConfigMap false', 'StatefulSet true'],
      ['StatefulSet true'],
    ]);
    const [, , third] = await claimsOf(cluster);
    const [reference] = third?.metadata?.ownerReferences ?? [];
    await own('data-web-2', [{ ...reference, controller: false }]);
    await cluster.settle();
    expect((await owners())[2]).toEqual(['StatefulSet true']);
  });

  it('A5-7 takes its own reference off a claim that another controller took over', () => {
    const world = settled({ ...withClaims, ...policy('Delete', 'Retain') });
    const claim = world.claims.get('data-web-1');
    const foreign = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x', controller: true };
    const ownerReferences = [...ownersIn(world, 'data-web-1'), foreign];
    world.claims.set('data-web-1', { ...claim, metadata: { ...claim?.metadata, ownerReferences } });
    expect(words(world.pass())).toEqual(['setClaimOwners data-web-1']);
    expect(ownersIn(world, 'data-web-1')).toEqual([foreign]);
    expect(words(world.pass())).toEqual([]);
  });

  it('A5-8 applies a new policy to the claims that are there, also of Pods on their way out', () => {
    const world = settled(withClaims);
    world.edit(policy('Delete', 'Retain'));
    world.settle();
    expect(ownersIn(world, 'data-web-2')).toMatchObject([{ kind: 'StatefulSet', uid: 'set-1' }]);
    world.edit(policy('Retain', 'Delete'));
    world.settle();
    expect(ownersIn(world, 'data-web-2')).toEqual([]);
    world.edit({ replicas: 2 });
    world.pass();
    expect(ownersIn(world, 'data-web-2')).toMatchObject([{ kind: 'Pod', name: 'web-2' }]);
    world.edit(policy('Retain', 'Retain'));
    expect(words(world.pass())).toEqual(['setClaimOwners data-web-2']);
    expect(ownersIn(world, 'data-web-2')).toEqual([]);
  });

  it('A5-9 makes the claim of a Pending Pod again, and of no other', async () => {
    const world = new World(newSet(withClaims));
    world.pass();
    world.claims.delete('data-web-0');
    expect(words(world.pass())).toEqual(['createClaim data-web-0']);
    world.fate('web-0', 'run');
    world.claims.delete('data-web-0');
    expect(words(world.pass())).toEqual([]);
    const storageClassName = 'nobodys';
    const data = claimTemplate('data');
    const volumeClaimTemplates = [{ ...data, spec: { ...data.spec, storageClassName } }];
    await using cluster = await clusterWith({ replicas: 0, volumeClaimTemplates });
    await patchSet(cluster, { spec: { replicas: 1 } });
    await cluster.until(() => podNames(cluster).length === 1);
    await cluster.settle();
    const [before] = await claimsOf(cluster);
    await cluster.client.delete(kinds.PersistentVolumeClaim, { namespace: 'default', name: 'data-web-0' });
    await cluster.settle();
    const [after] = await claimsOf(cluster);
    expect(after?.metadata?.uid).not.toBe(before?.metadata?.uid);
    expect(await cluster.events('web')).toContain(
      'SuccessfulCreate: create Claim data-web-0 Pod web-0 in StatefulSet web success',
    );
  });

  it('A5-10 keeps a claim that is in use until its Pod is gone, and no new Pod runs on it', async () => {
    await using cluster = await clusterWith({ ...withClaims, replicas: 1 });
    const key = { namespace: 'default', name: 'data-web-0' };
    await cluster.client.delete(kinds.PersistentVolumeClaim, key);
    await cluster.clock.advance(60_000);
    expect((await claimsOf(cluster))[0]?.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      finalizers: ['kubernetes.io/pvc-protection'],
    });
    expect(cluster.ready()).toEqual(['web-0']);
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } }];
    const spec = { containers: [{ name: 'c', image: 'v1' }], volumes };
    await cluster.client.create(kinds.Pod, { metadata: { namespace: 'default', name: 'second' }, spec });
    await cluster.clock.advance(5000);
    const second = await cluster.find(kinds.Pod, 'second');
    expect(second?.status?.conditions?.find(({ type }) => type === 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message: expect.stringContaining('persistentvolumeclaim "data-web-0" is being deleted'),
    });
    const before = podOf(cluster, 0).metadata?.uid;
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'web-0' });
    await cluster.until(
      () => cluster.ready().includes('web-0') && podOf(cluster, 0).metadata?.uid !== before,
    );
    expect((await claimsOf(cluster))[0]?.metadata?.deletionTimestamp).toBeUndefined();
  });

  it('A5-11 says since when a claim is unused, only while its gate is on', async () => {
    const unused = async (cluster: TestCluster): Promise<unknown> =>
      (await claimsOf(cluster)).map(({ status }) =>
        status?.conditions?.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
      );
    await using off = await clusterWith({ ...withClaims, replicas: 1 });
    expect(await unused(off)).toEqual([undefined]);
    const featureGates = gatesWith({ PersistentVolumeClaimUnusedSinceTime: true });
    await using on = await clusterWith({ ...withClaims, replicas: 2 }, { featureGates });
    expect(await unused(on)).toEqual([['Unused False PodUsingPVC'], ['Unused False PodUsingPVC']]);
    await patchSet(on, { spec: { replicas: 1 } });
    await on.until(() => podNames(on).length === 1);
    await on.settle();
    expect(await unused(on)).toEqual([['Unused False PodUsingPVC'], ['Unused True NoPodsUsingPVC']]);
    const at = (await claimsOf(on))[1]?.status?.conditions?.[0]?.lastTransitionTime;
    await on.clock.advance(60_000);
    expect((await claimsOf(on))[1]?.status?.conditions?.[0]?.lastTransitionTime).toBe(at);
  });

  it('A5-10 the set makes no Pod on a claim that is being deleted, and says so', () => {
    const world = new World(newSet(withClaims));
    const metadata = { name: 'data-web-0', deletionTimestamp: start.toISOString() };
    world.claims.set('data-web-0', { metadata, spec: {} });
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'ClaimBeingDeleted', on: { name: 'data-web-0' } });
  });
});

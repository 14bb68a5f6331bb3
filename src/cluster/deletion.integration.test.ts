import { describe, expect, it } from 'vitest';
import type { AdmissionHook } from '../api/admission.js';
import type { OwnerReference } from '../api/generated/meta-v1.js';
import { kinds } from '../api/kinds.js';
import type { DeleteOptions } from '../api/resource-api.js';
import { forbidden } from '../api/status-error.js';
import { startTestCluster, type TestCluster } from './test-cluster.fixture.js';

/** Makes a ConfigMap with owners; each gives its uid to the next. */
async function make(
  cluster: TestCluster,
  name: string,
  owners: readonly OwnerReference[] = [],
): Promise<string> {
  const made = await cluster.client.create(kinds.ConfigMap, {
    metadata: { name, namespace: 'default', ownerReferences: owners },
  });
  return made.metadata?.uid ?? '';
}

function owner(name: string, uid: string, blockOwnerDeletion = false): OwnerReference {
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid, blockOwnerDeletion };
}

async function remove(cluster: TestCluster, name: string, options: DeleteOptions = {}): Promise<void> {
  await cluster.client.delete(kinds.ConfigMap, { namespace: 'default', name }, options);
}

async function left(cluster: TestCluster): Promise<readonly string[]> {
  const { items } = await cluster.client.list(kinds.ConfigMap, 'default');
  return items.map(({ metadata }) => metadata?.name ?? '').filter((name) => name !== 'kube-root-ca.crt');
}

async function hold(cluster: TestCluster, name: string, finalizers: readonly string[]): Promise<void> {
  const key = { namespace: 'default', name };
  await cluster.client.modify(kinds.ConfigMap, key, (map) => ({
    ...map,
    metadata: { ...map.metadata, finalizers },
  }));
}

describe('dependents', () => {
  it('follow in the background, also when nothing was said', async () => {
    await using cluster = await startTestCluster();
    const top = await make(cluster, 'top');
    const middle = await make(cluster, 'middle', [owner('top', top)]);
    await make(cluster, 'bottom', [owner('middle', middle)]);
    await remove(cluster, 'top');
    expect(await left(cluster)).not.toContain('top');
    await cluster.settle();
    expect(await left(cluster)).toEqual([]);
  });

  it('go first in the foreground, those that block the owner', async () => {
    await using cluster = await startTestCluster();
    const top = await make(cluster, 'top');
    const blocking = await make(cluster, 'blocking', [owner('top', top, true)]);
    await make(cluster, 'below', [owner('blocking', blocking, true)]);
    await make(cluster, 'loose', [owner('top', top)]);
    await hold(cluster, 'below', ['example.com/hold']);
    await hold(cluster, 'loose', ['example.com/hold']);
    await remove(cluster, 'top', { propagationPolicy: 'Foreground' });
    await cluster.settle();
    expect(await left(cluster)).toEqual(['below', 'blocking', 'loose', 'top']);
    expect((await cluster.find(kinds.ConfigMap, 'blocking'))?.metadata?.finalizers).toEqual([
      'foregroundDeletion',
    ]);
    await hold(cluster, 'below', []);
    await cluster.settle();
    expect(await left(cluster)).toEqual(['loose']);
  });

  it('stay and lose their owner when it is orphaned', async () => {
    await using cluster = await startTestCluster();
    const top = await make(cluster, 'top');
    await make(cluster, 'kept', [owner('top', top, true)]);
    await remove(cluster, 'top', { propagationPolicy: 'Orphan' });
    await cluster.settle();
    expect(await left(cluster)).toEqual(['kept']);
    expect((await cluster.find(kinds.ConfigMap, 'kept'))?.metadata?.ownerReferences ?? []).toEqual([]);
  });

  it('that own their owner go with it, in the foreground too', async () => {
    await using cluster = await startTestCluster();
    const one = await make(cluster, 'one');
    const two = await make(cluster, 'two', [owner('one', one, true)]);
    await cluster.client.modify(kinds.ConfigMap, { namespace: 'default', name: 'one' }, (map) => ({
      ...map,
      metadata: { ...map.metadata, ownerReferences: [owner('two', two, true)] },
    }));
    await remove(cluster, 'one', { propagationPolicy: 'Foreground' });
    await cluster.settle();
    expect(await left(cluster)).toEqual([]);
  });

  it('of an owner that never was go, and so do those of one in another Namespace, which is told', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: team }\n');
    const far = await cluster.client.create(kinds.ConfigMap, {
      metadata: { name: 'far', namespace: 'team' },
    });
    const uid = far.metadata?.uid ?? '';
    await make(cluster, 'lost', [owner('never', 'no-such-uid')]);
    await make(cluster, 'astray', [owner('far', uid)]);
    await make(cluster, 'impostor', [owner('other-name', uid)]);
    await cluster.settle();
    expect(await left(cluster)).toEqual([]);
    expect(await cluster.events('astray')).toEqual([
      `OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: default, name: far, uid: ${uid}] does not exist in namespace "default"`,
    ]);
    expect(await cluster.events('lost')).toEqual([]);
  });

  it('without a Namespace stay, though an owner that has one is gone, and are told', async () => {
    await using cluster = await startTestCluster();
    const uid = await make(cluster, 'top');
    await cluster.client.create(kinds.PriorityClass, {
      metadata: { name: 'wide', ownerReferences: [owner('top', uid)] },
      value: 1,
    });
    await cluster.settle();
    await remove(cluster, 'top');
    await cluster.settle();
    const there = await cluster.client.get(kinds.PriorityClass, { name: 'wide' });
    expect(there.metadata?.ownerReferences).toHaveLength(1);
    expect(await cluster.events('wide')).toEqual([
      `OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: , name: top, uid: ${uid}] does not exist in namespace ""`,
    ]);
  });

  it('that block their owner no longer let it go', async () => {
    await using cluster = await startTestCluster();
    const top = await make(cluster, 'top');
    await make(cluster, 'blocking', [owner('top', top, true)]);
    await hold(cluster, 'blocking', ['example.com/hold']);
    await remove(cluster, 'top', { propagationPolicy: 'Foreground' });
    await cluster.settle();
    expect(await left(cluster)).toEqual(['blocking', 'top']);
    await cluster.client.modify(kinds.ConfigMap, { namespace: 'default', name: 'blocking' }, (map) => ({
      ...map,
      metadata: { ...map.metadata, ownerReferences: [owner('top', top, false)] },
    }));
    await cluster.settle();
    expect(await left(cluster)).toEqual(['blocking']);
  });

  it('stay with the owner that is left of two', async () => {
    await using cluster = await startTestCluster();
    const [one, two] = [await make(cluster, 'one'), await make(cluster, 'two')];
    await make(cluster, 'shared', [owner('one', one, true), owner('two', two, true)]);
    await remove(cluster, 'one', { propagationPolicy: 'Foreground' });
    await cluster.settle();
    expect(await left(cluster)).toEqual(['shared', 'two']);
    const shared = await cluster.find(kinds.ConfigMap, 'shared');
    expect(shared?.metadata?.ownerReferences).toMatchObject([{ name: 'two' }]);
  });

  it('of a Job are orphaned unless the deleter says otherwise, and kubectl does', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(
      'apiVersion: batch/v1\nkind: Job\nmetadata: { name: j }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: c }] } } }\n',
    );
    const job = await cluster.find(kinds.Job, 'j');
    const uid = job?.metadata?.uid ?? '';
    await make(cluster, 'of-job', [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid }]);
    const warnings: string[] = [];
    await cluster.client.delete(
      kinds.Job,
      { namespace: 'default', name: 'j' },
      { onWarning: (warning) => warnings.push(warning) },
    );
    await cluster.settle();
    expect(await cluster.find(kinds.Job, 'j')).toBeUndefined();
    expect(await left(cluster)).toEqual(['of-job']);
    expect(warnings).toEqual([
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
    ]);
  });
});

describe('a Namespace on its way out', () => {
  it('says what remains in it and what holds that, and goes when it is let go', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: team }\n');
    await cluster.client.create(kinds.ConfigMap, {
      metadata: { name: 'held', namespace: 'team', finalizers: ['example.com/hold'] },
    });
    await cluster.settle();
    const going = await cluster.client.delete(kinds.Namespace, { name: 'team' });
    expect(going).toMatchObject({
      status: { phase: 'Terminating' },
      metadata: { deletionTimestamp: expect.any(String) },
    });
    await cluster.clock.advance(1000);
    const waiting = await cluster.client.get(kinds.Namespace, { name: 'team' });
    expect(waiting.status?.conditions?.filter(({ status }) => status === 'True')).toMatchObject([
      {
        type: 'NamespaceContentRemaining',
        reason: 'SomeResourcesRemain',
        message: 'Some resources are remaining: configmaps. has 1 resource instances',
      },
      {
        type: 'NamespaceFinalizersRemaining',
        message:
          'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
      },
    ]);
    await cluster.client.modify(kinds.ConfigMap, { namespace: 'team', name: 'held' }, (map) => ({
      ...map,
      metadata: { ...map.metadata, finalizers: [] },
    }));
    await cluster.clock.advance(1000);
    expect(
      (await cluster.client.list(kinds.Namespace, undefined)).items.map(({ metadata }) => metadata?.name),
    ).not.toContain('team');
  });

  it('says what cannot be deleted and why, while all else in it goes', async () => {
    let guarded = true;
    const guard: AdmissionHook = {
      name: 'guard',
      matches: ({ operation, kind, namespace }) =>
        guarded && operation === 'DELETE' && kind.kind === 'ConfigMap' && namespace === 'team',
      admit: async ({ kind, name }) => {
        throw forbidden(kind, name, 'it is guarded');
      },
    };
    await using cluster = await startTestCluster({ admission: [guard] });
    await cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: team }\n');
    await cluster.client.create(kinds.ConfigMap, { metadata: { name: 'kept', namespace: 'team' } });
    await cluster.client.create(kinds.Secret, { metadata: { name: 'gone', namespace: 'team' } });
    await cluster.settle();
    await cluster.client.delete(kinds.Namespace, { name: 'team' });
    await cluster.clock.advance(1000);
    const waiting = await cluster.client.get(kinds.Namespace, { name: 'team' });
    expect(waiting.status?.conditions?.find(({ status }) => status === 'True')).toMatchObject({
      type: 'NamespaceDeletionContentFailure',
      reason: 'ContentDeletionFailed',
      message:
        'Failed to delete all resource types, 1 remaining: configmaps "kept" is forbidden: it is guarded',
    });
    expect((await cluster.client.list(kinds.Secret, 'team')).items).toEqual([]);
    guarded = false;
    await cluster.clock.advance(60_000);
    const { items } = await cluster.client.list(kinds.Namespace, undefined);
    expect(items.map(({ metadata }) => metadata?.name)).not.toContain('team');
  });
});

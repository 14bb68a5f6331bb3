import { describe, expect, it } from 'vitest';
import type { AdmissionRequest } from '../../api/admission.js';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Client } from '../../client/client.js';
import { startTestCluster, type TestCluster } from '../../cluster/test-cluster.fixture.js';
import type { ResizeWish } from './facts.js';
import { carryOut, prepareResize, resizeLines } from './index.js';

const key = { namespace: 'default', name: 'web' };

const manifest = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web, labels: { team: data }, annotations: { note: mine } }
spec:
  replicas: 3
  serviceName: web
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: v1 }] }
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
  - metadata: { name: logs }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 100Mi } } }
`;

async function clusterWithSet(
  text = manifest,
  options: Parameters<typeof startTestCluster>[0] = {},
): Promise<TestCluster> {
  const cluster = await startTestCluster(options);
  await cluster.apply(text);
  await cluster.until(() => cluster.ready().length === 3);
  await cluster.settle();
  return cluster;
}

const wish = (...sizes: readonly (readonly [string, string])[]): ResizeWish => ({ sizes: new Map(sizes) });

/** Runs on the virtual clock, which has to be moved while the resize waits. */
async function resized(
  cluster: TestCluster,
  wanted: ResizeWish,
  client: Client = cluster.client,
): Promise<number> {
  let isOver = false;
  const deps = { client, clock: cluster.clock };
  const work = prepareResize(deps, key, wanted)
    .then((prepared) => carryOut(deps, prepared))
    .finally(() => {
      isOver = true;
    });
  work.catch(() => {});
  await cluster.until(() => isOver);
  return work;
}

const sizes = async (cluster: TestCluster): Promise<readonly string[]> =>
  (await cluster.client.list(kinds.PersistentVolumeClaim, 'default')).items.map(
    ({ metadata, spec, status }) =>
      `${metadata?.name} ${spec?.resources?.requests?.['storage']} ${status?.capacity?.['storage']}`,
  );
const templateSizes = (set: StatefulSet | undefined): readonly (string | undefined)[] =>
  (set?.spec?.volumeClaimTemplates ?? []).map(({ spec }) => spec?.resources?.requests?.['storage']);
const uids = (cluster: TestCluster): readonly (string | undefined)[] =>
  cluster.pods().map(({ metadata }) => metadata?.uid);

async function expectGrown(cluster: TestCluster, before: readonly (string | undefined)[]): Promise<void> {
  await cluster.settle();
  const set = await cluster.find(kinds.StatefulSet, 'web');
  expect(templateSizes(set)).toEqual(['2Gi', '100Mi']);
  expect(set?.metadata).toMatchObject({ labels: { team: 'data' }, annotations: { note: 'mine' } });
  expect(uids(cluster)).toEqual(before);
  expect(cluster.ready()).toHaveLength(3);
  expect(cluster.pods().map(({ metadata }) => metadata?.ownerReferences?.[0]?.uid)).toEqual(
    before.map(() => set?.metadata?.uid),
  );
  expect(set?.status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3 });
  expect(await sizes(cluster)).toEqual([
    'data-web-0 2Gi 2Gi',
    'data-web-1 2Gi 2Gi',
    'data-web-2 2Gi 2Gi',
    'logs-web-0 100Mi 100Mi',
    'logs-web-1 100Mi 100Mi',
    'logs-web-2 100Mi 100Mi',
  ]);
  expect(await cluster.find(kinds.ConfigMap, 'web-resize')).toBeUndefined();
}

describe('a resize', () => {
  it('shows its plan, grows the claims, and gives the Pods a set with the new template', async () => {
    await using cluster = await clusterWithSet();
    const before = uids(cluster);
    const prepared = await prepareResize(
      { client: cluster.client, clock: cluster.clock },
      key,
      wish(['data', '2Gi']),
    );
    expect(resizeLines(prepared)).toEqual([
      'StatefulSet default/web',
      '  claim template data: 1Gi -> 2Gi',
      '  1. remember the new set in ConfigMap web-resize, so that an interrupted run can be taken up again',
      '  2. grow claim data-web-0 from 1Gi to 2Gi',
      '  3. grow claim data-web-1 from 1Gi to 2Gi',
      '  4. grow claim data-web-2 from 1Gi to 2Gi',
      '  5. delete StatefulSet web and leave its Pods running (orphan)',
      '  6. create StatefulSet web with the new claim templates; it adopts its Pods',
      '  7. delete ConfigMap web-resize',
      '  note: change the size in the manifest that the set comes from as well, or the next apply is refused',
    ]);
    expect(templateSizes(await cluster.find(kinds.StatefulSet, 'web'))).toEqual(['1Gi', '100Mi']);
    expect(await resized(cluster, wish(['data', '2Gi']))).toBe(3);
    await expectGrown(cluster, before);
    const again = await prepareResize(
      { client: cluster.client, clock: cluster.clock },
      key,
      wish(['data', '2Gi']),
    );
    expect(again.plan.actions).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'is finished by another run when it was interrupted after %i writes',
    async (writes) => {
      await using cluster = await clusterWithSet();
      const before = uids(cluster);
      const failing = resized(cluster, wish(['data', '2Gi']), interrupted(cluster.client, writes));
      if (writes < 7) await expect(failing).rejects.toThrow('the power went');
      else await failing;
      await resized(cluster, wish(['data', '2Gi']));
      await expectGrown(cluster, before);
    },
  );

  it('is finished while the old set is still on its way out, and claims that go with it stay', async () => {
    const text = manifest.replace(
      '  serviceName',
      '  persistentVolumeClaimRetentionPolicy: { whenDeleted: Delete }\n  serviceName',
    );
    await using cluster = await clusterWithSet(text);
    const before = uids(cluster);
    const claims = (await cluster.client.list(kinds.PersistentVolumeClaim, 'default')).items.map(
      ({ metadata }) => metadata?.uid,
    );
    await expect(resized(cluster, wish(['data', '2Gi']), interrupted(cluster.client, 5))).rejects.toThrow();
    expect(await resized(cluster, wish(['data', '2Gi']))).toBe(3);
    await expectGrown(cluster, before);
    const after = (await cluster.client.list(kinds.PersistentVolumeClaim, 'default')).items;
    expect(after.map(({ metadata }) => metadata?.uid)).toEqual(claims);
    expect(after.map(({ metadata }) => metadata?.ownerReferences?.[0]?.kind)).toEqual(
      claims.map(() => 'StatefulSet'),
    );
  });

  it('takes templates from a file; what else changes in them is for claims made from now on', async () => {
    await using cluster = await clusterWithSet();
    const set = await cluster.client.get(kinds.StatefulSet, key);
    const [data, logs] = set.spec?.volumeClaimTemplates ?? [];
    const templates = [
      {
        metadata: { name: 'data', labels: { tier: 'db' } },
        spec: { resources: { requests: { storage: '3Gi' } } },
      },
      { metadata: { name: 'logs' } },
    ];
    const prepared = await prepareResize({ client: cluster.client, clock: cluster.clock }, key, {
      sizes: new Map(),
      templates,
    });
    expect(prepared.plan.notes[0]).toContain(
      'what changes in claim template data besides its size holds for claims made from now on',
    );
    await resized(cluster, { sizes: new Map(), templates });
    const after = await cluster.client.get(kinds.StatefulSet, key);
    expect(after.spec?.volumeClaimTemplates).toMatchObject([
      {
        metadata: { name: 'data', labels: { tier: 'db' } },
        spec: { accessModes: data?.spec?.accessModes, resources: { requests: { storage: '3Gi' } } },
      },
      { metadata: { name: 'logs' }, spec: logs?.spec },
    ]);
    expect((await sizes(cluster))[0]).toBe('data-web-0 3Gi 3Gi');
  });

  it('leaves alone a claim that somebody has grown further already', async () => {
    await using cluster = await clusterWithSet();
    const patch = {
      type: 'application/merge-patch+json',
      body: { spec: { resources: { requests: { storage: '9Gi' } } } },
    } as const;
    await cluster.client.patch(
      kinds.PersistentVolumeClaim,
      { namespace: 'default', name: 'data-web-1' },
      patch,
    );
    await resized(cluster, wish(['data', '2Gi']));
    expect((await sizes(cluster)).slice(0, 3)).toEqual([
      'data-web-0 2Gi 2Gi',
      'data-web-1 9Gi 9Gi',
      'data-web-2 2Gi 2Gi',
    ]);
  });
});

describe('a resize is refused', () => {
  const refusal = (cluster: TestCluster, wanted: ResizeWish): Promise<unknown> =>
    prepareResize({ client: cluster.client, clock: cluster.clock }, key, wanted);
  const template = (name: string) => ({ metadata: { name } });

  it.each<readonly [string, ResizeWish, string]>([
    [
      'to shrink',
      wish(['data', '500Mi']),
      'claim template data cannot shrink from 1Gi to 500Mi: volumes only grow',
    ],
    [
      'for a template that is not there',
      wish(['dta', '2Gi']),
      'StatefulSet web has no claim template dta: it has data, logs',
    ],
    ['for no size', wish(['data', 'big']), '--template data=big: "big" is no size; write 10Gi, 500Mi, ...'],
    [
      'with a template more',
      { sizes: new Map(), templates: ['data', 'logs', 'tmp'].map(template) },
      'claim template tmp cannot be added',
    ],
    [
      'with a template less',
      { sizes: new Map(), templates: [template('data')] },
      'claim template logs cannot be removed',
    ],
  ])('%s', async (_name, wanted, message) => {
    await using cluster = await clusterWithSet();
    await expect(refusal(cluster, wanted)).rejects.toThrow(message);
    expect(templateSizes(await cluster.find(kinds.StatefulSet, 'web'))).toEqual(['1Gi', '100Mi']);
  });

  it('when there is no such set, and while it is being deleted', async () => {
    await using cluster = await clusterWithSet();
    const other = prepareResize(
      { client: cluster.client, clock: cluster.clock },
      { ...key, name: 'db' },
      wish(),
    );
    await expect(other).rejects.toThrow('there is no StatefulSet db in namespace default');
    await cluster.client.modify(kinds.StatefulSet, key, (set) => ({
      ...set,
      metadata: { ...set.metadata, finalizers: ['example.com/hold'] },
    }));
    await expect(refusal(cluster, wish(['data', '2Gi']))).rejects.toThrow(
      'it has the finalizers example.com/hold',
    );
    await cluster.client.delete(kinds.StatefulSet, key);
    await expect(refusal(cluster, wish(['data', '2Gi']))).rejects.toThrow('StatefulSet web is being deleted');
  });

  it('with templates that the server would refuse, before the old set is touched', async () => {
    const choosy = {
      name: 'choosy',
      matches: ({ operation, kind }: AdmissionRequest) =>
        operation === 'CREATE' && kind.kind === 'StatefulSet',
      admit: ({ object }: AdmissionRequest) =>
        JSON.stringify(object).includes('2Gi') ? Promise.reject(new Error('too big')) : Promise.resolve({}),
    };
    await using cluster = await clusterWithSet(manifest, { admission: [choosy] });
    await expect(refusal(cluster, wish(['data', '2Gi']))).rejects.toThrow(
      'the new StatefulSet web would be refused: too big',
    );
  });

  it('in the middle of a rollout', async () => {
    await using cluster = await clusterWithSet();
    const patch = {
      type: 'application/merge-patch+json',
      body: {
        spec: {
          updateStrategy: { rollingUpdate: { partition: 2 } },
          template: { metadata: { labels: { app: 'web', v: '2' } } },
        },
      },
    } as const;
    await cluster.client.patch(kinds.StatefulSet, key, patch);
    await cluster.until(
      () => cluster.ready().length === 3 && cluster.pods()[2]?.metadata?.labels?.['v'] === '2',
    );
    await cluster.settle();
    await expect(refusal(cluster, wish(['data', '2Gi']))).rejects.toThrow(
      'StatefulSet web is in the middle of a rollout (1 of 3 Pods are updated)',
    );
  });

  it('when a claim could not grow, by its name', async () => {
    await using cluster = await clusterWithSet();
    const allow = async (allowVolumeExpansion: boolean): Promise<void> => {
      const patch = { type: 'application/merge-patch+json', body: { allowVolumeExpansion } } as const;
      await cluster.client.patch(kinds.StorageClass, { name: 'standard' }, patch);
    };
    await allow(false);
    await expect(refusal(cluster, wish(['data', '2Gi']))).rejects.toThrow(
      'claim data-web-0 cannot grow: its storage class standard does not allow it (allowVolumeExpansion: true)',
    );
    const claim = { namespace: 'default', name: 'data-web-0' };
    const patch = {
      type: 'application/merge-patch+json',
      body: { spec: { resources: { requests: { storage: '2Gi' } } } },
    } as const;
    await expect(cluster.client.patch(kinds.PersistentVolumeClaim, claim, patch)).rejects.toThrow(
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
    await allow(true);
    await cluster.client.patch(kinds.PersistentVolumeClaim, claim, patch);
    await cluster.settle();
    expect((await sizes(cluster))[0]).toBe('data-web-0 2Gi 2Gi');
    expect(await cluster.events('data-web-0')).toContain('VolumeResizeSuccessful: Resize volume succeeded');
  });
});

/** A client whose every write after the first few fails, as if its program had been killed. */
function interrupted(client: Client, writes: number): Client {
  let left = writes;
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...parameters: readonly unknown[]): unknown => {
        const isWrite = ['create', 'update', 'patch', 'delete'].includes(String(name));
        if (isWrite && !parameters.some(isDryRun)) {
          if (left === 0) return Promise.reject(new Error('the power went'));
          left -= 1;
        }
        return Reflect.apply(value, target, parameters);
      };
    },
  });
}

function isDryRun(parameter: unknown): boolean {
  return typeof parameter === 'object' && parameter !== null && Reflect.get(parameter, 'dryRun') === true;
}

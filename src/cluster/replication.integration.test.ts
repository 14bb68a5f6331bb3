import { describe, expect, it } from 'vitest';
import type { AdmissionHook } from '../api/admission.js';
import type { ReplicaSet } from '../api/generated/apps-v1.js';
import type { Pod, ReplicationController } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { controllerOf } from '../api/owner.js';
import { forbidden } from '../api/status-error.js';
import { startTestCluster, type TestCluster } from './test-cluster.fixture.js';

const template = `
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: "web:1" }] }
`;
const controller = (spec: string): string =>
  `apiVersion: v1\nkind: ReplicationController\nmetadata: { name: web }\nspec:\n  ${spec}${template}`;
const set = (spec: string): string =>
  `apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: { name: web }\nspec:\n  selector: { matchLabels: { app: web } }\n  ${spec}${template}`;

async function statusOf(cluster: TestCluster): Promise<ReplicationController['status']> {
  return (await cluster.find(kinds.ReplicationController, 'web'))?.status;
}

describe('a ReplicationController', () => {
  it('keeps its Pods, follows spec.replicas, and tells what it did', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(controller('replicas: 2'));
    await cluster.until(() => cluster.ready().length === 2);
    await cluster.settle();
    expect(await statusOf(cluster)).toEqual({
      observedGeneration: 1,
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
    const [first] = cluster.pods();
    expect(first?.metadata?.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(controllerOf(first ?? {})).toMatchObject({ apiVersion: 'v1', kind: 'ReplicationController' });
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: first?.metadata?.name ?? '' });
    await cluster.until(
      () => cluster.ready().length === 2 && !cluster.ready().includes(first?.metadata?.name ?? ''),
    );
    const key = { namespace: 'default', name: 'web' };
    await cluster.client.modify(kinds.ReplicationController, key, (current) => ({
      ...current,
      spec: { ...current.spec, replicas: 1 },
    }));
    await cluster.until(() => cluster.pods().length === 1);
    const told = (await cluster.events('web')).map((line) => line.replace(/web-[a-z0-9]{5}$/, 'web-*'));
    expect(new Set(told)).toEqual(
      new Set(['SuccessfulCreate: Created pod: web-*', 'SuccessfulDelete: Deleted pod: web-*']),
    );
  });

  it('takes over a bare Pod that matches, and lets go one that no longer does', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(
      'apiVersion: v1\nkind: Pod\nmetadata: { name: bare, labels: { app: web } }\nspec: { containers: [{ name: main, image: "web:1" }] }\n',
    );
    await cluster.apply(controller('replicas: 1'));
    await cluster.settle();
    expect(cluster.pods().map(({ metadata }) => metadata?.name)).toEqual(['bare']);
    expect(controllerOf(cluster.pods()[0] ?? {})?.name).toBe('web');
    const relabel = (current: Pod): Pod => ({
      ...current,
      metadata: { ...current.metadata, labels: { app: 'other' } },
    });
    await cluster.client.modify(kinds.Pod, { namespace: 'default', name: 'bare' }, relabel);
    await cluster.settle();
    const owners = cluster.pods().map((pod) => [pod.metadata?.name === 'bare', controllerOf(pod)?.name]);
    expect(owners).toEqual([
      [true, undefined],
      [false, 'web'],
    ]);
  });

  it('deleted without a word about its Pods, it leaves them, as in Kubernetes', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(controller('replicas: 1'));
    await cluster.until(() => cluster.ready().length === 1);
    await cluster.client.delete(kinds.ReplicationController, { namespace: 'default', name: 'web' });
    await cluster.settle();
    expect(await cluster.find(kinds.ReplicationController, 'web')).toBeUndefined();
    expect(cluster.pods().map((pod) => pod.metadata?.ownerReferences ?? [])).toEqual([[]]);
  });
});

/** Refuses Pods as long as `refuses` is true. */
class Refusal implements AdmissionHook {
  refuses = true;
  readonly name = 'refusal';
  matches: AdmissionHook['matches'] = ({ kind, operation }) => kind.kind === 'Pod' && operation === 'CREATE';
  admit: AdmissionHook['admit'] = () => {
    if (this.refuses) throw forbidden(kinds.Pod, '', 'no room today');
    return Promise.resolve({});
  };
}

describe.each([
  ['ReplicationController', kinds.ReplicationController, controller],
  ['ReplicaSet', kinds.ReplicaSet, set],
] as const)('refused Pods of a %s', (_name, row, yaml) => {
  it('are told in condition ReplicaFailure, which goes when they are let in', async () => {
    const refusal = new Refusal();
    await using cluster = await startTestCluster({ admission: [refusal] });
    await cluster.apply(yaml('replicas: 1'));
    await cluster.settle();
    const conditions = async () => {
      const found: ReplicaSet | ReplicationController | undefined = await cluster.find<
        ReplicaSet | ReplicationController
      >(row, 'web');
      return found?.status?.conditions;
    };
    expect(await conditions()).toMatchObject([
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: 'pods is forbidden: no room today',
      },
    ]);
    expect(await cluster.events('web')).toEqual([
      'FailedCreate: Error creating: pods is forbidden: no room today',
    ]);
    refusal.refuses = false;
    await cluster.until(() => cluster.ready().length === 1);
    await cluster.settle();
    expect(await conditions()).toBeUndefined();
  });
});

describe('refused Pods of a Deployment', () => {
  it('show in its own condition ReplicaFailure for as long as its ReplicaSet has it', async () => {
    const refusal = new Refusal();
    await using cluster = await startTestCluster({ admission: [refusal] });
    await cluster.apply(set('replicas: 1').replace('ReplicaSet', 'Deployment'));
    await cluster.settle();
    const failure = async () =>
      (await cluster.find(kinds.Deployment, 'web'))?.status?.conditions?.find(
        ({ type }) => type === 'ReplicaFailure',
      );
    expect(await failure()).toEqual({
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'pods is forbidden: no room today',
      lastUpdateTime: '2026-01-01T00:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    refusal.refuses = false;
    await cluster.until(() => cluster.ready().length === 1);
    await cluster.settle();
    expect(await failure()).toBeUndefined();
  });
});

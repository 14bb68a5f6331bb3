import { describe, expect, it } from 'vitest';
import type { Node, PodSpec } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { podCondition } from '../api/pods.js';
import { systemClock } from '../lib/system-clock.js';
import { startRegistration } from '../node/registration/index.js';
import { startTestCluster, type TestCluster } from './test-cluster.fixture.js';

const delays = { startMs: 20, readyMs: 30, stopMs: 10 };
const three = ['node-0', 'node-1', 'node-2'].map((nodeName, index) => ({
  nodeName,
  delays,
  pods: 10,
  zone: `zone-${index}`,
  capacity: { cpu: '2', memory: '4Gi' },
}));

const withNodes = (): Promise<TestCluster> => startTestCluster({ simulated: three });

function nodesOf(cluster: TestCluster): readonly (string | undefined)[] {
  return cluster.pods().map((pod) => pod.spec?.nodeName);
}

async function setLost(cluster: TestCluster, name: string, lost: boolean): Promise<void> {
  const annotations = { 'simulated.holdfast.dev/lost': lost ? 'true' : null };
  await cluster.client.patch(
    kinds.Node,
    { name },
    { type: 'application/merge-patch+json', body: { metadata: { annotations } } },
  );
}

function node(cluster: TestCluster, name: string): Promise<Node> {
  return cluster.client.get(kinds.Node, { name });
}

async function taintsOf(cluster: TestCluster, name: string): Promise<readonly string[]> {
  return ((await node(cluster, name)).spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
}

async function createPod(cluster: TestCluster, name: string, spec: Partial<PodSpec>): Promise<void> {
  const resources = { requests: { cpu: '500m' } };
  await cluster.client.create(kinds.Pod, {
    metadata: { namespace: 'default', name },
    spec: { containers: [{ name: 'c', image: 'c', resources }], ...spec },
  });
}

const set = (kind: string, replicas: number, extra = ''): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: web }
spec:
  replicas: ${replicas}
  ${kind === 'StatefulSet' ? 'serviceName: web\n  podManagementPolicy: Parallel' : ''}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      ${extra}
      containers: [{ name: c, image: c }]
`;
const apart = `affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }`;

describe('several simulated nodes', () => {
  it('take the Pods of a set between them, and one too many waits', async () => {
    await using cluster = await withNodes();
    await cluster.apply(set('StatefulSet', 4, apart));
    await cluster.until(() => cluster.ready().length === 3);
    expect(nodesOf(cluster).slice(0, 3).toSorted()).toEqual(['node-0', 'node-1', 'node-2']);
    expect(await cluster.events('web-3')).toEqual([
      "FailedScheduling: 0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
    ]);
    const addresses = cluster.pods().flatMap((pod) => pod.status?.podIP ?? []);
    expect(new Set(addresses).size).toBe(3);
  });

  it('spread a Deployment without being asked', async () => {
    await using cluster = await withNodes();
    await cluster.apply(set('Deployment', 6));
    await cluster.until(() => cluster.ready().length === 6);
    expect(nodesOf(cluster).toSorted()).toEqual(['node-0', 'node-0', 'node-1', 'node-1', 'node-2', 'node-2']);
  });

  it('make room for a more important Pod, and say so', async () => {
    await using cluster = await withNodes();
    const filler = (name: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { containers: [{ name: c, image: c, resources: { requests: { cpu: 1500m } } }] }
`;
    await cluster.apply(['a', 'b', 'c'].map(filler).join('---'));
    await cluster.until(() => cluster.ready().length === 3);
    await cluster.apply(`
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: high }
value: 1000
---
apiVersion: v1
kind: Pod
metadata: { name: vip }
spec:
  priorityClassName: high
  containers: [{ name: c, image: c, resources: { requests: { cpu: '1' } } }]
`);
    const before = new Map(cluster.pods().map((pod) => [pod.metadata?.name, pod]));
    await cluster.until(() => cluster.ready().includes('vip'));
    const left = cluster.ready();
    const victim = ['a', 'b', 'c'].find((name) => !left.includes(name)) ?? '';
    const vip = cluster.pods().find(({ metadata }) => metadata?.name === 'vip');
    expect(vip?.spec?.nodeName).toBe(before.get(victim)?.spec?.nodeName);
    expect(vip?.status?.nominatedNodeName).toBeUndefined();
    expect(await cluster.events(victim)).toContain(
      `Preempted: Preempted by pod ${vip?.metadata?.uid} on node ${vip?.spec?.nodeName}`,
    );
    const events = await cluster.events('vip');
    expect(events).toContain('FailedScheduling: 0/3 nodes are available: 3 Insufficient cpu.');
    expect(events).toContain(`Scheduled: Successfully assigned default/vip to ${vip?.spec?.nodeName}`);
  });

  it('are never overbooked, however many Pods come at once', async () => {
    await using cluster = await withNodes();
    await Promise.all(Array.from({ length: 40 }, (_, index) => createPod(cluster, `pod-${index}`, {})));
    await cluster.clock.advance(20_000);
    const perNode = new Map<string, number>();
    for (const name of nodesOf(cluster)) if (name) perNode.set(name, (perNode.get(name) ?? 0) + 1);
    expect([...perNode.values()]).toEqual([4, 4, 4]);
  });

  it('take the more important first, then the older, of those that wait', async () => {
    await using cluster = await withNodes();
    await cluster.apply(`
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: high }
value: 1
preemptionPolicy: Never
`);
    const nodeSelector = { open: 'yes' };
    for (const name of ['old', 'young']) {
      for (let index = 0; index < 8; index += 1)
        await createPod(cluster, `${name}-${index}`, { nodeSelector });
      await cluster.clock.advance(2000);
    }
    for (const name of ['vip-0', 'vip-1']) {
      await createPod(cluster, name, { nodeSelector, priorityClassName: 'high' });
    }
    await cluster.clock.advance(20_000);
    const body = { metadata: { labels: nodeSelector } };
    await cluster.client.patch(
      kinds.Node,
      { name: 'node-1' },
      { type: 'application/merge-patch+json', body },
    );
    await cluster.until(() => cluster.ready().length === 4);
    const kindsOfReady = cluster.ready().map((name) => name.split('-')[0]);
    expect(kindsOfReady).toEqual(['old', 'old', 'vip', 'vip']);
  });

  it("get no Pod that is gated or another scheduler's, and nobody complains", async () => {
    await using cluster = await withNodes();
    await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: gated }
spec: { schedulingGates: [{ name: example.com/later }], containers: [{ name: c, image: c }] }
---
apiVersion: v1
kind: Pod
metadata: { name: foreign }
spec: { schedulerName: mine, containers: [{ name: c, image: c }] }
`);
    await cluster.clock.advance(400_000);
    expect(nodesOf(cluster)).toEqual([undefined, undefined]);
    const [foreign, gated] = cluster.pods();
    expect(foreign?.status?.conditions ?? []).toEqual([]);
    expect(gated?.status?.conditions).toMatchObject([{ type: 'PodScheduled', reason: 'SchedulingGated' }]);
    expect([...(await cluster.events('gated')), ...(await cluster.events('foreign'))]).toEqual([]);
    const scheduler = cluster.controlPlane.controllers.find(({ name }) => name === 'scheduler');
    expect(scheduler?.waiting().get('default/foreign')?.reason).toBe('OtherScheduler');
    await cluster.client.patch(
      kinds.Pod,
      { namespace: 'default', name: 'gated' },
      { type: 'application/merge-patch+json', body: { spec: { schedulingGates: null } } },
    );
    await cluster.until(() => cluster.ready().includes('gated'));
  });

  it('reach local volumes only where they are: the Pod goes there', async () => {
    await using cluster = await withNodes();
    await cluster.apply(`
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: local }
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  storageClassName: local
  local: { path: /disk }
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [node-2] }] }] } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { storageClassName: local, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: Pod
metadata: { name: user }
spec:
  containers: [{ name: c, image: c }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
`);
    await cluster.until(() => cluster.ready().length === 1);
    expect(nodesOf(cluster)).toEqual(['node-2']);
    const claim = await cluster.find(kinds.PersistentVolumeClaim, 'data');
    expect(claim).toMatchObject({ spec: { volumeName: 'disk' }, status: { phase: 'Bound' } });
  });

  it('provision volumes on the node that was chosen', async () => {
    await using cluster = await withNodes();
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
spec: { storageClassName: late, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: Pod
metadata: { name: user }
spec:
  nodeSelector: { kubernetes.io/hostname: node-1 }
  containers: [{ name: c, image: c }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
`);
    await cluster.until(() => cluster.ready().length === 1);
    expect(nodesOf(cluster)).toEqual(['node-1']);
  });

  it('get no more Pods when they are cordoned', async () => {
    await using cluster = await withNodes();
    for (const name of ['node-0', 'node-2']) {
      const body = { spec: { unschedulable: true } };
      await cluster.client.patch(kinds.Node, { name }, { type: 'application/merge-patch+json', body });
    }
    await cluster.settle();
    expect(await taintsOf(cluster, 'node-0')).toEqual(['node.kubernetes.io/unschedulable:NoSchedule']);
    await cluster.apply(set('Deployment', 2));
    await cluster.until(() => cluster.ready().length === 2);
    expect(nodesOf(cluster)).toEqual(['node-1', 'node-1']);
    const body = { spec: { unschedulable: null } };
    await cluster.client.patch(
      kinds.Node,
      { name: 'node-0' },
      { type: 'application/merge-patch+json', body },
    );
    await cluster.settle();
    expect(await taintsOf(cluster, 'node-0')).toEqual([]);
  });
});

describe('a node that is lost', () => {
  async function lostUnder(kind: string): Promise<{ cluster: TestCluster; lost: string; pod: string }> {
    const cluster = await withNodes();
    await cluster.apply(set(kind, 3, kind === 'StatefulSet' ? apart : ''));
    await cluster.until(() => cluster.ready().length === 3);
    const first = cluster.pods()[1];
    const lost = first?.spec?.nodeName ?? '';
    await setLost(cluster, lost, true);
    return { cluster, lost, pod: first?.metadata?.name ?? '' };
  }

  it('is given up after 50 s of silence, and its Pods are not ready', async () => {
    const { cluster, lost, pod } = await lostUnder('StatefulSet');
    await using _ = cluster;
    await cluster.clock.advance(39_000);
    expect(await taintsOf(cluster, lost)).toEqual([]);
    await cluster.clock.advance(22_000);
    const ready = (await node(cluster, lost)).status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    expect(await taintsOf(cluster, lost)).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    expect(cluster.ready()).not.toContain(pod);
    expect(await cluster.events(lost)).toContain(`NodeNotReady: Node ${lost} status is now: NodeNotReady`);
    expect(await cluster.events(pod)).toContain('NodeNotReady: Node is not ready');
  });

  it('keeps the Pod of a StatefulSet Terminating, which is not replaced before the node is deleted (A1-8)', async () => {
    const { cluster, lost, pod } = await lostUnder('StatefulSet');
    await using _ = cluster;
    await cluster.clock.advance(400_000);
    const stuck = cluster.pods().find(({ metadata }) => metadata?.name === pod);
    expect(stuck?.metadata?.deletionTimestamp).toBeDefined();
    expect(stuck && podCondition(stuck, 'DisruptionTarget')).toMatchObject({
      reason: 'DeletionByTaintManager',
    });
    expect(await cluster.events(pod)).toContain(
      `TaintManagerEviction: Marking for deletion Pod default/${pod}`,
    );
    await cluster.clock.advance(3_600_000);
    const still = cluster.pods().find(({ metadata }) => metadata?.name === pod);
    expect(still?.metadata?.uid).toBe(stuck?.metadata?.uid);
    expect(cluster.pods()).toHaveLength(3);
    await cluster.client.delete(kinds.Node, { name: lost });
    await cluster.clock.advance(120_000);
    const next = cluster.pods().find(({ metadata }) => metadata?.name === pod);
    expect(next?.metadata?.uid).not.toBe(stuck?.metadata?.uid);
    // Two nodes are left, each with a Pod that wants to be alone.
    expect(next?.spec?.nodeName).toBeUndefined();
  });

  it('gives the identity free when a person deletes the Pod with force (A1-8)', async () => {
    const { cluster, pod } = await lostUnder('StatefulSet');
    await using _ = cluster;
    await cluster.clock.advance(400_000);
    const stuck = cluster.pods().find(({ metadata }) => metadata?.name === pod);
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: pod }, { gracePeriodSeconds: 0 });
    await cluster.settle();
    const next = cluster.pods().find(({ metadata }) => metadata?.name === pod);
    expect(next?.metadata?.uid).not.toBe(stuck?.metadata?.uid);
  });

  it('confirms the end of its Pods when it returns, and is one to choose again (A1-8)', async () => {
    const { cluster, lost, pod } = await lostUnder('StatefulSet');
    await using _ = cluster;
    await cluster.clock.advance(400_000);
    await setLost(cluster, lost, false);
    await cluster.until(() => cluster.ready().length === 3);
    expect(await taintsOf(cluster, lost)).toEqual([]);
    expect(cluster.pods().find(({ metadata }) => metadata?.name === pod)?.spec?.nodeName).toBe(lost);
  });

  it('keeps Pods that come back in time, and says that they may stay', async () => {
    const { cluster, lost, pod } = await lostUnder('StatefulSet');
    await using _ = cluster;
    const before = cluster.pods().find(({ metadata }) => metadata?.name === pod);
    await cluster.clock.advance(200_000);
    await setLost(cluster, lost, false);
    await cluster.until(() => cluster.ready().length === 3);
    await cluster.clock.advance(400_000);
    expect(cluster.ready()).toHaveLength(3);
    expect(cluster.pods().find(({ metadata }) => metadata?.name === pod)?.metadata?.uid).toBe(
      before?.metadata?.uid,
    );
    expect(await cluster.events(pod)).toContain(
      `TaintManagerEviction: Cancelling deletion of Pod default/${pod}`,
    );
  });

  it('has the Pods of a Deployment replaced elsewhere', async () => {
    const { cluster, lost } = await lostUnder('Deployment');
    await using _ = cluster;
    await cluster.clock.advance(400_000);
    expect(cluster.ready()).toHaveLength(3);
    const alive = cluster.pods().filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    expect(alive.map((pod) => pod.spec?.nodeName)).not.toContain(lost);
  });

  it('has nobody driven out when it is the only one', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(set('Deployment', 1));
    await cluster.until(() => cluster.ready().length === 1);
    const before = cluster.pods()[0]?.metadata?.uid;
    await setLost(cluster, 'node-0', true);
    await cluster.clock.advance(1_000_000);
    expect(await taintsOf(cluster, 'node-0')).toEqual(['node.kubernetes.io/unreachable:NoSchedule']);
    await setLost(cluster, 'node-0', false);
    await cluster.until(() => cluster.ready().length === 1);
    expect(cluster.pods().map(({ metadata }) => metadata?.uid)).toEqual([before]);
  });
});

it('a real node that was given up says at its next sign of life that it is well', async () => {
  await using cluster = await startTestCluster({
    node: (deps) =>
      startRegistration(deps, {
        nodeName: 'node-0',
        address: '10.244.0.1',
        podRange: '10.244.0.0/16',
        maxPods: 10,
        stateDirectory: '/',
        version: 'test',
        runtime: async () => ({ version: 'paper://1', unready: undefined }),
      }),
  });
  const ready = async (): Promise<string | undefined> =>
    (await node(cluster, 'node-0')).status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  const nodes = cluster.client.cache(kinds.Node);
  // The registration reads the machine: that takes real time, which virtual time must not outrun.
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) {
      await cluster.clock.advance(1000);
      await systemClock.sleep(2);
    }
  };
  await until(() => nodes.get({ name: 'node-0' })?.status !== undefined);
  const given = await node(cluster, 'node-0');
  await cluster.client.patchStatus(kinds.Node, given, { conditions: [{ type: 'Ready', status: 'Unknown' }] });
  expect(await ready()).toBe('Unknown');
  const isReady = (): boolean =>
    nodes
      .get({ name: 'node-0' })
      ?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  await until(isReady);
  expect(await ready()).toBe('True');
}, 30_000);

describe('Pods that nobody will remove', () => {
  it('go when they are deleted and have never had a node', async () => {
    await using cluster = await withNodes();
    await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: homeless, finalizers: [example.com/wait] }
spec: { nodeSelector: { no: where }, containers: [{ name: c, image: c }] }
`);
    await cluster.settle();
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'homeless' });
    await cluster.settle();
    expect(cluster.pods()[0]?.status?.phase).toBe('Failed');
    const body = { metadata: { finalizers: null } };
    await cluster.client.patch(
      kinds.Pod,
      { namespace: 'default', name: 'homeless' },
      { type: 'application/merge-patch+json', body },
    );
    await cluster.settle();
    expect(cluster.pods()).toEqual([]);
  });

  it('are driven out by a taint of a person: at once, after a while, or not', async () => {
    await using cluster = await withNodes();
    const tolerant = (name: string, toleration: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  nodeSelector: { kubernetes.io/hostname: node-1 }
  ${toleration}
  containers: [{ name: c, image: c }]
`;
    await cluster.apply(
      [
        tolerant('none', ''),
        tolerant(
          'some',
          'tolerations: [{ key: repair, operator: Exists, effect: NoExecute, tolerationSeconds: 60 }]',
        ),
        tolerant('ever', 'tolerations: [{ key: repair, operator: Exists }]'),
      ].join('---'),
    );
    await cluster.until(() => cluster.ready().length === 3);
    const body = { spec: { taints: [{ key: 'repair', effect: 'NoExecute' }] } };
    await cluster.client.patch(
      kinds.Node,
      { name: 'node-1' },
      { type: 'application/merge-patch+json', body },
    );
    await cluster.until(() => cluster.pods().length === 2);
    expect(cluster.ready()).toEqual(['ever', 'some']);
    await cluster.clock.advance(58_000);
    expect(cluster.ready()).toEqual(['ever', 'some']);
    await cluster.clock.advance(3000);
    expect(cluster.ready()).toEqual(['ever']);
  });
});

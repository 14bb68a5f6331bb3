import { describe, expect, it } from 'vitest';
import type { DaemonSet } from '../api/generated/apps-v1.js';
import { kinds } from '../api/kinds.js';
import { controllerOf } from '../api/owner.js';
import { startTestCluster, type TestCluster } from './test-cluster.fixture.js';

const delays = { startMs: 20, readyMs: 30, stopMs: 10 };
const three = ['node-0', 'node-1', 'node-2'].map((nodeName) => ({ nodeName, delays, pods: 10 }));
const at = { namespace: 'default', name: 'agent' };

const manifest = (strategy = '{ maxUnavailable: 1 }', extra = ''): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  updateStrategy: { type: RollingUpdate, rollingUpdate: ${strategy} }
  template:
    metadata: { labels: { app: agent } }
    spec:
      ${extra}
      containers: [{ name: c, image: "agent:1" }]
`;

async function withAgents(yaml = manifest()): Promise<TestCluster> {
  const cluster = await startTestCluster({ simulated: three });
  await cluster.apply(yaml);
  await cluster.until(() => cluster.ready().length === 3);
  await cluster.settle();
  return cluster;
}

async function statusOf(cluster: TestCluster): Promise<DaemonSet['status']> {
  return (await cluster.client.get(kinds.DaemonSet, at)).status;
}

const nodesOf = (cluster: TestCluster): readonly (string | undefined)[] =>
  cluster
    .pods()
    .map((pod) => pod.spec?.nodeName)
    .toSorted();

const images = (cluster: TestCluster): readonly (string | undefined)[] =>
  cluster.pods().map((pod) => pod.spec?.containers[0]?.image);

async function setImage(cluster: TestCluster, image: string): Promise<void> {
  await cluster.client.patch(kinds.DaemonSet, at, {
    type: 'application/strategic-merge-patch+json',
    body: { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } },
  });
}

async function patchNode(cluster: TestCluster, name: string, body: object): Promise<void> {
  await cluster.client.patch(kinds.Node, { name }, { type: 'application/merge-patch+json', body });
  await cluster.settle();
}

describe('a DaemonSet on three nodes', () => {
  it('has one Pod on each, bound by the scheduler, and says so', async () => {
    await using cluster = await withAgents();
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1', 'node-2']);
    expect(await statusOf(cluster)).toEqual({
      observedGeneration: 1,
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      numberReady: 3,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
      numberUnavailable: 0,
    });
    const [name = ''] = cluster.ready();
    const events = await cluster.events('agent');
    expect(events).toHaveLength(3);
    expect(events).toContain(`SuccessfulCreate: Created pod: ${name}`);
    expect((await cluster.events(name))[0]).toMatch(/^Scheduled: Successfully assigned default\/agent-/);
  });

  it('comes to cordoned nodes, not to tainted ones, and leaves when NoExecute says so', async () => {
    await using cluster = await startTestCluster({ simulated: three });
    await patchNode(cluster, 'node-0', { spec: { unschedulable: true } });
    await patchNode(cluster, 'node-1', { spec: { taints: [{ key: 'repair', effect: 'NoSchedule' }] } });
    await cluster.apply(manifest());
    await cluster.until(() => cluster.ready().length === 2);
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-2']);
    await patchNode(cluster, 'node-1', { spec: { taints: null } });
    await cluster.until(() => cluster.ready().length === 3);
    await patchNode(cluster, 'node-1', { spec: { taints: [{ key: 'repair', effect: 'NoSchedule' }] } });
    expect(await statusOf(cluster)).toMatchObject({ desiredNumberScheduled: 2, numberMisscheduled: 1 });
    await patchNode(cluster, 'node-1', { spec: { taints: [{ key: 'repair', effect: 'NoExecute' }] } });
    await cluster.until(() => cluster.pods().length === 2);
    await cluster.settle();
    expect(await statusOf(cluster)).toMatchObject({ desiredNumberScheduled: 2, numberMisscheduled: 0 });
  });

  it('follows its node selector when labels come and go', async () => {
    await using cluster = await startTestCluster({ simulated: three });
    await cluster.apply(manifest(undefined, 'nodeSelector: { disk: ssd }'));
    await cluster.settle();
    expect(cluster.pods()).toEqual([]);
    await patchNode(cluster, 'node-2', { metadata: { labels: { disk: 'ssd' } } });
    await cluster.until(() => cluster.ready().length === 1);
    expect(nodesOf(cluster)).toEqual(['node-2']);
    await patchNode(cluster, 'node-2', { metadata: { labels: { disk: null } } });
    await cluster.until(() => cluster.pods().length === 0);
  });

  it('replaces Pods one node after the other', async () => {
    await using cluster = await withAgents();
    await setImage(cluster, 'agent:2');
    let fewest = 3;
    await cluster.until(() => {
      fewest = Math.min(fewest, cluster.ready().length);
      return cluster.ready().length === 3 && images(cluster).every((image) => image === 'agent:2');
    });
    await cluster.settle();
    expect(fewest).toBe(2);
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1', 'node-2']);
    expect(await statusOf(cluster)).toMatchObject({ observedGeneration: 2, updatedNumberScheduled: 3 });
    const { items } = await cluster.client.list(kinds.ControllerRevision, 'default');
    const hashes = items.map(({ metadata }) => metadata?.labels?.['controller-revision-hash']);
    expect(items.map(({ revision }) => revision).toSorted()).toEqual([1, 2]);
    expect(hashes).toContain(cluster.pods()[0]?.metadata?.labels?.['controller-revision-hash']);
  });

  it('makes the new Pods first when it may surge: no node is ever without', async () => {
    await using cluster = await withAgents(manifest('{ maxSurge: 1, maxUnavailable: 0 }'));
    await setImage(cluster, 'agent:2');
    let most = 3;
    await cluster.until(() => {
      most = Math.max(most, cluster.pods().length);
      const ready = cluster.pods().filter(({ metadata }) => cluster.ready().includes(metadata?.name ?? ''));
      expect(new Set(ready.map((pod) => pod.spec?.nodeName)).size).toBe(3);
      return cluster.pods().length === 3 && images(cluster).every((image) => image === 'agent:2');
    });
    expect(most).toBeGreaterThan(3);
  });

  it('makes a deleted Pod again, and lets one go that no longer matches', async () => {
    await using cluster = await withAgents();
    const name = cluster.ready()[0] ?? '';
    await cluster.client.patch(
      kinds.Pod,
      { namespace: 'default', name },
      { type: 'application/merge-patch+json', body: { metadata: { labels: { app: 'debug' } } } },
    );
    await cluster.until(() => cluster.ready().length === 4);
    const released = cluster.pods().find(({ metadata }) => metadata?.name === name);
    expect(released && controllerOf(released)).toBeUndefined();
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: cluster.ready().at(-1) ?? '' });
    await cluster.until(() => cluster.ready().length === 4);
    // Back in the fold, it is one too many on its node: the older one stays.
    await cluster.client.patch(
      kinds.Pod,
      { namespace: 'default', name },
      { type: 'application/merge-patch+json', body: { metadata: { labels: { app: 'agent' } } } },
    );
    await cluster.until(() => cluster.pods().length === 3);
    expect(nodesOf(cluster)).toEqual(['node-0', 'node-1', 'node-2']);
  });

  it('replaces failed Pods, and takes its time when they fail again', async () => {
    await using cluster = await withAgents();
    const fail = async (): Promise<void> => {
      const pod = cluster.pods().find(({ spec }) => spec?.nodeName === 'node-1');
      if (pod === undefined) throw new Error('node-1 has no Pod');
      await cluster.client.patchStatus(kinds.Pod, pod, { phase: 'Failed', reason: 'Evicted' });
      await cluster.settle();
    };
    await fail();
    await cluster.until(() => cluster.ready().length === 3);
    expect(await cluster.events('agent')).toContainEqual(
      expect.stringMatching(
        /^FailedDaemonPod: Found failed daemon pod default\/agent-\w+ on node node-1, will try to kill it$/,
      ),
    );
    await fail();
    const waiting = cluster.controlPlane.controllers.find(({ name }) => name === 'daemonset')?.waiting();
    expect([...(waiting?.values() ?? [])]).toMatchObject([{ reason: 'FailedPodBackOff' }]);
    expect(cluster.pods().some(({ status }) => status?.phase === 'Failed')).toBe(true);
    await cluster.until(() => cluster.ready().length === 3);
  });

  it('goes with its Pods and revisions', async () => {
    await using cluster = await withAgents();
    await cluster.client.delete(kinds.DaemonSet, at);
    await cluster.until(() => cluster.pods().length === 0);
    await cluster.settle();
    expect((await cluster.client.list(kinds.ControllerRevision, 'default')).items).toEqual([]);
  });
});

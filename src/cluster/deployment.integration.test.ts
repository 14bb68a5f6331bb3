import { describe, expect, it } from 'vitest';
import type { Pod } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { startTestCluster, type TestCluster } from './test-cluster.fixture.js';

function deployment(spec: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
${spec}
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "web:1" }]
`;
}

const key = { namespace: 'default', name: 'web' };

const setImage = (cluster: TestCluster, image: string): Promise<unknown> =>
  cluster.client.patch(kinds.Deployment, key, {
    type: 'application/strategic-merge-patch+json',
    body: { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } },
  });

const imagesOf = (pods: readonly Pod[]): readonly string[] => [
  ...new Set(pods.map((pod) => pod.spec?.containers[0]?.image ?? '')),
];

describe('Deployment', () => {
  it('starts its Pods all at once under random names (M1)', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(deployment('  replicas: 2'));
    await cluster.settle();
    expect(cluster.pods()).toHaveLength(2);
    await cluster.until(() => cluster.ready().length === 2);
    await cluster.settle();
    const names = cluster.ready();
    expect(
      names.every((name) =>
        /^web-[bcdfghjklmnpqrstvwxz2456789]+-[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(name),
      ),
    ).toBe(true);
    const found = await cluster.find(kinds.Deployment, 'web');
    // That the controller notes the revision is no change of what the user wants.
    expect(found?.metadata).toMatchObject({
      generation: 1,
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    });
    expect(found?.status).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
    expect(
      found?.status?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`),
    ).toEqual(['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable']);
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: names[0] ?? '' });
    await cluster.until(() => cluster.ready().length === 2 && !cluster.ready().includes(names[0] ?? ''));
    expect((await cluster.events('web')).at(0)).toMatch(
      /^ScalingReplicaSet: Scaled up replica set web-\w+ from 0 to 2$/,
    );
  });

  it('rolls to a new template without ever having too few, and back to the old ReplicaSet', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(deployment('  replicas: 4'));
    await cluster.until(() => cluster.ready().length === 4);
    await setImage(cluster, 'web:2');
    let fewest = 4;
    let most = 4;
    await cluster.until(() => {
      fewest = Math.min(fewest, cluster.ready().length);
      most = Math.max(
        most,
        cluster.pods().filter((pod) => pod.metadata?.deletionTimestamp === undefined).length,
      );
      return cluster.ready().length === 4 && imagesOf(cluster.pods()).join() === 'web:2';
    });
    expect({ fewest, most }).toEqual({ fewest: 3, most: 5 });
    await setImage(cluster, 'web:1');
    await cluster.until(() => cluster.ready().length === 4 && imagesOf(cluster.pods()).join() === 'web:1');
    await cluster.settle();
    const sets = await cluster.client.list(kinds.ReplicaSet, 'default');
    expect(sets.items.map(({ spec }) => spec?.replicas).sort()).toEqual([0, 4]);
    const found = await cluster.find(kinds.Deployment, 'web');
    expect(found?.metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  });

  it('never runs two templates at once with Recreate', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(deployment('  replicas: 2\n  strategy: { type: Recreate }'));
    await cluster.until(() => cluster.ready().length === 2);
    await setImage(cluster, 'web:2');
    let mixed = false;
    await cluster.until(() => {
      mixed ||= imagesOf(cluster.pods()).length > 1;
      return cluster.ready().length === 2 && imagesOf(cluster.pods()).join() === 'web:2';
    });
    expect(mixed).toBe(false);
  });

  it('stands still while paused, and reports a rollout that is stuck', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(deployment('  replicas: 2\n  progressDeadlineSeconds: 30'));
    await cluster.until(() => cluster.ready().length === 2);
    const patch = (body: object): Promise<unknown> =>
      cluster.client.patch(kinds.Deployment, key, { type: 'application/merge-patch+json', body });
    await patch({ spec: { paused: true } });
    await setImage(cluster, 'web:2');
    await cluster.settle();
    expect(imagesOf(cluster.pods())).toEqual(['web:1']);
    await patch({
      spec: {
        paused: false,
        template: { metadata: { annotations: { 'simulated.holdfast.dev/never-ready': 'true' } } },
      },
    });
    await cluster.clock.advance(60_000);
    const found = await cluster.find(kinds.Deployment, 'web');
    const progressing = found?.status?.conditions?.find(({ type }) => type === 'Progressing');
    expect(progressing).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  });

  it('goes with everything below it, foreground: the ReplicaSet after its Pods', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(deployment('  replicas: 2'));
    await cluster.until(() => cluster.ready().length === 2);
    await cluster.client.delete(kinds.Deployment, key, { propagationPolicy: 'Foreground' });
    await cluster.settle();
    expect(await cluster.find(kinds.Deployment, 'web')).toBeDefined();
    await cluster.until(() => cluster.pods().length === 0);
    await cluster.settle();
    expect(await cluster.find(kinds.Deployment, 'web')).toBeUndefined();
    expect((await cluster.client.list(kinds.ReplicaSet, 'default')).items).toEqual([]);
  });
});

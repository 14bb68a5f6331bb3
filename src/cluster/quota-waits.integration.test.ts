import { describe, expect, it } from 'vitest';
import { kinds } from '../api/kinds.js';
import { startTestCluster, type TestCluster } from './test-cluster.fixture.js';

const quota = (name: string, hard: string): string =>
  `{ apiVersion: v1, kind: ResourceQuota, metadata: { name: ${name} }, spec: { hard: { ${hard} } } }`;

const template = (restart: string, more = ''): string => `
    metadata: { labels: { app: web }, annotations: { simulated.holdfast.dev/run-for-ms: "36000000" } }
    spec: { restartPolicy: ${restart}, containers: [{ name: web, image: "web:1"${more} }] }`;

const workload = (kind: string, apiVersion: string, spec: string): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: web }
spec:
  ${spec}
  template:${template(kind === 'Job' ? 'Never' : 'Always')}
`;

const selector = 'selector: { matchLabels: { app: web } }';

const cronJob = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: web }
spec:
  schedule: "1 0 * * *"
  jobTemplate:
    spec:
      template:${template('Never').replaceAll('\n', '\n    ')}
`;

/** Longer than any back-off is: whoever is tried again only by the clock is not tried in the next seconds. */
const untilBackOffIsLongMs = 90_000;

async function limit(cluster: TestCluster, name: string, hard: Record<string, string | null>): Promise<void> {
  const key = { namespace: 'default', name };
  const body = { spec: { hard } };
  await cluster.client.patch(kinds.ResourceQuota, key, { type: 'application/merge-patch+json', body });
}

const pods = (cluster: TestCluster): number => cluster.pods().length;

describe('a quota that leaves room again', () => {
  it.each<[string, string, string, number]>([
    ['ReplicaSet', 'apps/v1', `replicas: 3\n  ${selector}`, 3],
    ['ReplicationController', 'v1', 'replicas: 3', 3],
    ['DaemonSet', 'apps/v1', selector, 1],
    ['Job', 'batch/v1', 'parallelism: 3\n  completions: 3', 3],
    [
      'StatefulSet',
      'apps/v1',
      `replicas: 3\n  podManagementPolicy: Parallel\n  serviceName: web\n  ${selector}`,
      3,
    ],
  ])('wakes a %s that it held back, without time passing', async (kind, apiVersion, spec, wanted) => {
    await using cluster = await startTestCluster();
    await cluster.apply(quota('team', 'pods: "0"'));
    await cluster.apply(workload(kind, apiVersion, spec));
    await cluster.clock.advance(untilBackOffIsLongMs);
    expect(pods(cluster)).toBe(0);
    await limit(cluster, 'team', { pods: '9' });
    await cluster.settle();
    expect(pods(cluster)).toBe(wanted);
  });

  it('wakes a Deployment and a CronJob, whose own objects it counts', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(quota('sets', 'count/replicasets.apps: "0"'));
    await cluster.apply(quota('jobs', 'count/jobs.batch: "0"'));
    await cluster.apply(workload('Deployment', 'apps/v1', `replicas: 2\n  ${selector}`));
    await cluster.apply(cronJob);
    // The clock starts at midnight.
    await cluster.clock.advance(60_000 + untilBackOffIsLongMs);
    const jobs = async (): Promise<number> => (await cluster.client.list(kinds.Job, 'default')).items.length;
    expect([pods(cluster), await jobs()]).toEqual([0, 0]);
    await limit(cluster, 'sets', { 'count/replicasets.apps': '1' });
    await cluster.settle();
    expect([pods(cluster), await jobs()]).toEqual([2, 0]);
    await cluster.client.delete(kinds.ResourceQuota, { namespace: 'default', name: 'jobs' });
    await cluster.settle();
    expect([pods(cluster), await jobs()]).toEqual([3, 1]);
  });

  it('wakes it when somebody else gives back what it needs, and not when that is too little', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(quota('team', 'requests.cpu: "2"'));
    const other = (name: string): string =>
      `{ apiVersion: v1, kind: Pod, metadata: { name: ${name} }, spec: { containers: [{ name: c, image: c, resources: { requests: { cpu: 900m } } }] } }`;
    await cluster.apply(other('one'));
    await cluster.apply(other('two'));
    await cluster.apply(
      workload('ReplicaSet', 'apps/v1', `replicas: 1\n  ${selector}`).replace(
        'image: "web:1"',
        'image: "web:1", resources: { requests: { cpu: 1500m } }',
      ),
    );
    await cluster.clock.advance(untilBackOffIsLongMs);
    const told = async (): Promise<number> => {
      const { items } = await cluster.client.list(kinds.Event, 'default');
      return items.filter(({ reason }) => reason === 'FailedCreate').length;
    };
    const before = await told();
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'one' });
    await cluster.clock.advance(50);
    expect([cluster.pods().map(({ metadata }) => metadata?.name), await told()]).toEqual([['two'], before]);
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'two' });
    await cluster.clock.advance(50);
    expect(cluster.pods().map(({ metadata }) => metadata?.generateName)).toEqual(['web-']);
  });
});

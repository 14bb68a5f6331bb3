import { describe, expect, it } from 'vitest';
import type { PodDisruptionBudget } from '../api/generated/policy-v1.js';
import { kinds } from '../api/kinds.js';
import { StatusError } from '../api/status-error.js';
import { startTestCluster, type TestCluster } from './test-cluster.fixture.js';

const set = (annotations = ''): string => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  podManagementPolicy: Parallel
  replicas: 3
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db }, annotations: { ${annotations} } }
    spec: { containers: [{ name: main, image: "db:1" }] }
`;
const budget = (spec: string): string => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: db }
spec: { selector: { matchLabels: { app: db } }, ${spec} }
`;

async function evict(at: TestCluster, name: string, options = {}): Promise<string> {
  const key = { namespace: 'default', name };
  const body = { metadata: { name }, apiVersion: 'policy/v1', kind: 'Eviction', ...options };
  try {
    await at.client.createSub(kinds.Pod, key, 'eviction', body);
    return 'evicted';
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return `${error.code} ${error.status.details?.causes?.[0]?.message ?? error.message}`;
  }
}

async function statusOf(at: TestCluster): Promise<PodDisruptionBudget['status']> {
  return (await at.find(kinds.PodDisruptionBudget, 'db'))?.status;
}

describe('evictions under a PodDisruptionBudget', () => {
  it('are allowed one after the other, as the set gets well again', async () => {
    await using at = await startTestCluster();
    await at.apply(`${set()}\n---\n${budget('maxUnavailable: 1')}`);
    await at.until(() => at.ready().length === 3);
    await at.clock.advance(100);
    expect(await statusOf(at)).toMatchObject({ expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 });
    expect(await evict(at, 'db-0')).toBe('evicted');
    const target = await at.find(kinds.Pod, 'db-0');
    expect(target?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI' }),
    );
    expect(await evict(at, 'db-1')).toMatch(
      /^429 The disruption budget db needs 2 healthy pods and has [23] currently$/,
    );
    await at.until(() => at.ready().length === 3);
    await at.clock.advance(100);
    expect(await evict(at, 'db-1')).toBe('evicted');
  });

  it('of a dry run take nothing and delete nothing', async () => {
    await using at = await startTestCluster();
    await at.apply(`${set()}\n---\n${budget('maxUnavailable: 1')}`);
    await at.until(() => at.ready().length === 3);
    await at.clock.advance(100);
    expect(await evict(at, 'db-0', { deleteOptions: { dryRun: ['All'] } })).toBe('evicted');
    expect(await statusOf(at)).toMatchObject({ disruptionsAllowed: 1 });
    expect((await at.find(kinds.Pod, 'db-0'))?.metadata?.deletionTimestamp).toBeUndefined();
  });

  it('of Pods that are not ready are free when the policy says so', async () => {
    await using at = await startTestCluster();
    await at.apply(
      `${set('simulated.holdfast.dev/never-ready: "true"')}\n---\n${budget('maxUnavailable: 0')}`,
    );
    await at.clock.advance(2000);
    expect(await evict(at, 'db-0')).toMatch(/^429 /);
    await at.client.modify(kinds.PodDisruptionBudget, { namespace: 'default', name: 'db' }, (current) => ({
      ...current,
      spec: { ...current.spec, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    }));
    expect(await evict(at, 'db-0')).toBe('evicted');
  });

  it('under two budgets are refused, and so are those that name another Pod', async () => {
    await using at = await startTestCluster();
    await at.apply(
      `${set()}\n---\n${budget('maxUnavailable: 1')}\n---\n${budget('minAvailable: 1').replace('name: db }', 'name: more }')}`,
    );
    await at.until(() => at.ready().length === 3);
    expect(await evict(at, 'db-0')).toContain('500 This pod has more than one PodDisruptionBudget');
    expect(await evict(at, 'db-0', { metadata: { name: 'db-1' } })).toContain(
      '400 name in URL does not match',
    );
  });
});

import { expect, it } from 'vitest';
import { kinds } from '../api/kinds.js';
import { silentLogger } from '../lib/log.js';
import { seededRandom } from '../lib/seeded-random.js';
import { systemClock } from '../lib/system-clock.js';
import { openMemoryStore } from '../store/memory.js';
import { administrator, type ControlPlane, startControlPlane } from './control-plane.js';
import { architecture, startTestCluster } from './test-cluster.fixture.js';

it('plans nothing in a settled cluster: only the node says that it is there, however long one waits', async () => {
  await using cluster = await startTestCluster();
  await cluster.apply(architecture());
  await cluster.until(() => cluster.ready().length === 3);
  await cluster.settle();
  const { store } = cluster.controlPlane.apiServer.options;
  const before = store.revision;
  await cluster.clock.advance(120_000);
  const written = store.range('/registry/').entries.filter(({ revision }) => revision > before);
  expect(written.map(({ key }) => key)).toEqual([
    '/registry/coordination.k8s.io/leases/kube-node-lease/node-0',
  ]);
  expect(store.revision - before).toBe(12);
});

it('changes nothing when it is started again on what is there', async () => {
  const store = openMemoryStore();
  const start = (): Promise<ControlPlane> =>
    startControlPlane({
      store,
      clock: systemClock,
      random: seededRandom(1),
      log: silentLogger,
      node: 'none',
      apiAddress: { ip: '10.244.0.1', port: 6443 },
    });
  const first = await start();
  await Promise.all(first.controllers.map((controller) => controller.idle()));
  const endpoints = await first
    .client(administrator)
    .get(kinds.Endpoints, { namespace: 'default', name: 'kubernetes' });
  expect(endpoints.subsets?.[0]?.addresses?.[0]?.ip).toBe('10.244.0.1');
  await first[Symbol.asyncDispose]();
  const before = store.revision;
  const second = await start();
  await Promise.all(second.controllers.map((controller) => controller.idle()));
  await second[Symbol.asyncDispose]();
  expect(store.revision).toBe(before);
  await store.close();
});

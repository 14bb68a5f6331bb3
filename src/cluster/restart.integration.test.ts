import { expect, it } from 'vitest';
import { kinds } from '../api/kinds.js';
import { silentLogger } from '../lib/log.js';
import { seededRandom } from '../lib/seeded-random.js';
import { systemClock } from '../lib/system-clock.js';
import { openMemoryStore } from '../store/memory.js';
import { administrator, type ControlPlane, startControlPlane } from './control-plane.js';
import { architecture, startTestCluster } from './test-cluster.fixture.js';

it('plans nothing in a settled cluster: no write follows, however long one waits', async () => {
  await using cluster = await startTestCluster();
  await cluster.apply(architecture());
  await cluster.until(() => cluster.ready().length === 3);
  await cluster.settle();
  const { store } = cluster.controlPlane.apiServer.options;
  const before = store.revision;
  await cluster.clock.advance(120_000);
  expect(store.revision).toBe(before);
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

import { kinds } from '../api/kinds.js';
import type { LocalApi, ResourceApi, UserInfo } from '../api/resource-api.js';
import { silentLogger } from '../lib/log.js';
import { seededRandom } from '../lib/seeded-random.js';
import { VirtualClock } from '../lib/virtual-clock.js';
import { openMemoryStore } from '../store/memory.js';
import type { Store } from '../store/store.js';
import { type ApiServer, type ApiServerOptions, createApiServer } from './api-server.js';

/** A member of system:masters. */
export const admin: UserInfo = {
  name: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
};

/** An API server in memory with the Namespace `default`, as tests use it. */
export interface TestServer {
  readonly server: ApiServer;
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly local: LocalApi;
  readonly api: ResourceApi;
}

/** Starts one. */
export async function testServer(options: Partial<ApiServerOptions> = {}): Promise<TestServer> {
  const store = options.store ?? openMemoryStore();
  const clock = new VirtualClock({ startMs: Date.parse('2026-11-22T10:00:00Z') });
  const server = createApiServer({
    store,
    clock,
    random: seededRandom(1),
    log: silentLogger,
    serviceRange: '10.96.0.0/16',
    version: '0.1.0',
    ...options,
  });
  const api = server.local.as(admin);
  await api.create(kinds.Namespace, { metadata: { name: 'default' } });
  return { server, store, clock, local: server.local, api };
}

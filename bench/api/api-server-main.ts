/** The API server under test: what the daemon serves, without controllers and node, over a store on disk; for one administrator's token. */
import { join } from 'node:path';
import { kinds } from '../../src/api/kinds.js';
import type { UserInfo } from '../../src/api/resource-api.js';
import { createApiServer, ensurePki, serveHttps, storeBuiltInRoles } from '../../src/apiserver/index.js';
import { DisposeStack } from '../../src/lib/async-dispose.js';
import { silentLogger } from '../../src/lib/log.js';
import { systemClock } from '../../src/lib/system-clock.js';
import { systemRandom } from '../../src/lib/system-random.js';
import { startCompaction } from '../../src/store/compaction.js';
import { openLmdbStore } from '../../src/store/lmdb.js';
import { answerQuestions } from './line-program.js';
import type { Memory, Target } from './target.js';

type Question = { readonly start: string } | { readonly memory: true } | { readonly processor: true };

const stack = new DisposeStack();
const token = systemRandom.uuid();
const administrator: UserInfo = {
  name: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
};

async function start(directory: string): Promise<Target> {
  const store = openLmdbStore(join(directory, 'store'));
  stack.defer(() => store.close());
  stack.use(startCompaction({ store, clock: systemClock, log: silentLogger }));
  const server = createApiServer({
    store,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    serviceRange: '10.96.0.0/16',
    version: 'bench',
  });
  await storeBuiltInRoles(server);
  const api = server.local.as(administrator);
  for (const name of ['default', 'other']) await api.create(kinds.Namespace, { metadata: { name } });
  const pki = await ensurePki({ dir: join(directory, 'pki'), now: systemClock.now(), names: [] });
  const authority = pki.authority.certificate;
  const tokens = new Map([[token, administrator]]);
  const https = await serveHttps(server, { tls: { ...pki.serving, authority }, tokens });
  stack.use(https);
  return { origin: `https://127.0.0.1:${https.port}`, authority, token };
}

async function memory(): Promise<Memory> {
  // What finalizers free is gone after the second time.
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc?.();
    await systemClock.sleep(200);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, heap: heapUsed, external };
}

async function processorMs(): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

await answerQuestions<Question>(async (question): Promise<unknown> => {
  if ('start' in question) return start(question.start);
  return 'memory' in question ? memory() : processorMs();
});
await stack[Symbol.asyncDispose]();

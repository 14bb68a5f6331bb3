/**
 * The API server as a process of its own: what the daemon serves, without controllers and node, over a store on disk. It can be
 * killed and started again on the same store and port.
 */
import { join } from 'node:path';
import { kinds } from '../../src/api/kinds.js';
import type { UserInfo } from '../../src/api/resource-api.js';
import { isAlreadyExists } from '../../src/api/status-error.js';
import { createApiServer, ensurePki, serveHttps, storeBuiltInRoles } from '../../src/apiserver/index.js';
import { DisposeStack } from '../../src/lib/async-dispose.js';
import { silentLogger } from '../../src/lib/log.js';
import { systemClock } from '../../src/lib/system-clock.js';
import { systemRandom } from '../../src/lib/system-random.js';
import { startCompaction } from '../../src/store/compaction.js';
import { openLmdbStore } from '../../src/store/lmdb.js';
import type { Store } from '../../src/store/store.js';
import { answerQuestions } from './line-program.js';

/** How the server is to start. */
export interface ServerStart {
  /** Store and certificates lie here. */
  readonly directory: string;
  /** The administrator's token. */
  readonly token: string;
  /** 0 for any. */
  readonly port: number;
}

/** Where it listens. */
export interface ServerAddress {
  readonly origin: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string;
  readonly token: string;
}

/** What its memory holds after the collector ran, bytes. */
export interface Memory {
  readonly resident: number;
  readonly heap: number;
  /** Buffers and other memory outside the heap. */
  readonly external: number;
}

/** What can be asked of it, one after the other, after `start`; `compact` forgets all history. */
export type ServerQuestion =
  | { readonly ask: 'start'; readonly how: ServerStart }
  | { readonly ask: 'memory' | 'processorMs' | 'compact' };

const stack = new DisposeStack();
let store: Store | undefined;
const administrator: UserInfo = {
  name: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
};

async function start({ directory, token, port }: ServerStart): Promise<ServerAddress> {
  const opened = openLmdbStore(join(directory, 'store'));
  store = opened;
  stack.defer(() => opened.close());
  stack.use(startCompaction({ store: opened, clock: systemClock, log: silentLogger }));
  const server = createApiServer({
    store: opened,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    serviceRange: '10.96.0.0/16',
    version: 'test',
  });
  await storeBuiltInRoles(server);
  const api = server.local.as(administrator);
  for (const name of ['default', 'other']) {
    await api.create(kinds.Namespace, { metadata: { name } }).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
  const pki = await ensurePki({ dir: join(directory, 'pki'), now: systemClock.now(), names: [] });
  const authority = pki.authority.certificate;
  const tokens = new Map([[token, administrator]]);
  const https = stack.use(await serveHttps(server, { port, tls: { ...pki.serving, authority }, tokens }));
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

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

await answerQuestions<ServerQuestion>(async (question) => {
  switch (question.ask) {
    case 'start':
      return start(question.how);
    case 'memory':
      return memory();
    case 'processorMs':
      return processorMs();
    case 'compact':
      return store?.compact(store.revision);
  }
});
await stack[Symbol.asyncDispose]();

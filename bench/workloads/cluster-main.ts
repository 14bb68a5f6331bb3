/**
 * A whole control plane as a process of its own: API server over a store on disk, all controllers, the scheduler, and nodes whose
 * Pods exist only on paper.
 */
import { join } from 'node:path';
import { ensurePki, serveHttps } from '../../src/apiserver/index.js';
import { administrator, type ControlPlane, startControlPlane } from '../../src/cluster/control-plane.js';
import { DisposeStack } from '../../src/lib/async-dispose.js';
import { silentLogger } from '../../src/lib/log.js';
import { systemClock } from '../../src/lib/system-clock.js';
import { systemRandom } from '../../src/lib/system-random.js';
import { startCompaction } from '../../src/store/compaction.js';
import { openLmdbStore } from '../../src/store/lmdb.js';
import type { Store } from '../../src/store/store.js';
import { answerQuestions } from '../../test/tools/line-program.js';
import type { Target } from '../api/target.js';

/** What can be asked of it, one after the other, after `start`. */
export type ClusterQuestion =
  | {
      readonly ask: 'start';
      /** Store and certificates lie here. */
      readonly directory: string;
      /** The administrator's token. */
      readonly token: string;
      readonly nodes: number;
      readonly podsOfNode: number;
    }
  | { readonly ask: 'processorMs' | 'residentBytes' | 'revision' | 'settle' };

const common = { clock: systemClock, random: systemRandom, log: silentLogger };
const stack = new DisposeStack();
let controlPlane: ControlPlane | undefined;
let store: Store | undefined;

async function start({
  directory,
  token,
  nodes,
  podsOfNode,
}: Extract<ClusterQuestion, { ask: 'start' }>): Promise<Target> {
  const opened = openLmdbStore(join(directory, 'store'));
  store = opened;
  stack.defer(() => opened.close());
  stack.use(startCompaction({ store: opened, ...common }));
  const simulated = Array.from({ length: nodes }, (_, index) => ({
    nodeName: `node-${index}`,
    pods: podsOfNode,
  }));
  const made = stack.use(await startControlPlane({ ...common, store: opened, node: 'simulated', simulated }));
  controlPlane = made;
  const pki = await ensurePki({ dir: join(directory, 'pki'), now: systemClock.now(), names: [] });
  const authority = pki.authority.certificate;
  const tls = { ...pki.serving, authority };
  const tokens = new Map([[token, administrator]]);
  const https = stack.use(await serveHttps(made.apiServer, { port: 0, tls, tokens }));
  return { origin: `https://127.0.0.1:${https.port}`, authority, token };
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

await answerQuestions<ClusterQuestion>(async (question) => {
  switch (question.ask) {
    case 'start':
      return start(question);
    case 'processorMs':
      return processorMs();
    case 'residentBytes':
      return process.memoryUsage.rss();
    case 'revision':
      return store?.revision;
    case 'settle':
      return Promise.all((controlPlane?.controllers ?? []).map((controller) => controller.idle()));
  }
});
await stack[Symbol.asyncDispose]();

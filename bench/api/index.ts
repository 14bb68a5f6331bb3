import { ensureRequirements, type Requirement } from '../../src/cluster/packages/index.js';
import { UserError } from '../../src/cluster/user-error.js';
import { markdown, type Row } from '../measure.js';
import { Context } from './context.js';
import { startEtcd } from './etcd.js';
import { measureMemory } from './memory.js';
import { measureGets, measureList } from './reads.js';
import { measureWatches } from './watches.js';
import { measureCreates } from './writes.js';

const peers: readonly Requirement[] = [
  { what: 'wrk', package: 'wrk', commands: ['wrk'] },
  { what: 'etcd', package: 'etcd-server', commands: ['etcd'], atLeast: '3.4' },
];

async function ensurePeers(): Promise<void> {
  const path = process.env['PATH'] ?? '';
  try {
    await ensureRequirements(peers, { path, env: process.env, onProgress: console.log });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`bench: the API server cannot be measured beside its peers: ${error.message}`);
    process.exit(1);
  }
}

/** Measures the API server beside its peers; gives the text of the report's section. */
export async function benchApi(): Promise<string> {
  await ensurePeers();
  const began = performance.now();
  await using context = await Context.open();
  const memory = await measureMemory(context, (server) => measureList(context, server, 'default'));
  const rows: Row[] = [];
  {
    await using etcd = await startEtcd(context.newDirectory());
    await using server = await context.programs.apiServer(context.newDirectory());
    rows.push(...(await measureCreates(context, etcd)));
    rows.push(...(await measureGets(context, server, etcd)));
    rows.push(...(await measureWatches(context, server)));
  }
  rows.push(...memory);
  const seconds = Math.round((performance.now() - began) / 1000);
  return `${context.noise.text}
- ${seconds} s in all; the API server (store on disk, without controllers and node), the generator of load and each peer are
  processes of their own and share the cores; everything goes over TLS on 127.x, with a bearer token; 32 clients unless said
  otherwise; a create is acknowledged when it is on disk

${markdown(rows)}

The stock API server with etcd (Kubernetes 1.20.2 with etcd 3.4, 2 cores, 2026-11-22, not measured in this run) made about 840
creates/s and 1,400 reads/s.`;
}

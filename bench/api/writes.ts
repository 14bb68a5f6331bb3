import type { ServerQuestion } from '../../test/tools/api-server-main.js';
import { type Row, sampleOf } from '../measure.js';
import type { ApiServerProgram } from '../programs.js';
import { alternate, CLIENTS, type Contender, type Context } from './context.js';
import type { Etcd } from './etcd.js';
import { over } from './reads.js';

/** Creates a round: enough that one slow moment of the disk does not decide it. */
const CREATES = 3000;
const LONGEST_MS = 20_000;
const MAP_BYTES = 1024;
const question: ServerQuestion = { ask: 'processorMs' };

type Created = 'ConfigMap' | 'Pod';

/** Durable creates of ConfigMaps and of Pods, each on a server of its own, beside etcd's own put. */
export async function measureCreates(context: Context, etcd: Etcd): Promise<Row[]> {
  const rows: Row[] = [];
  for (const object of ['ConfigMap', 'Pod'] as const) {
    await using server = await context.programs.apiServer(context.newDirectory());
    const contenders = [create(context, server, { object, protocol: 'h2' })];
    contenders.push(create(context, server, { object, protocol: 'h1' }));
    if (object === 'ConfigMap') contenders.push(put(context, etcd));
    rows.push(...(await alternate(context, contenders)));
  }
  return rows;
}

function create(
  context: Context,
  server: ApiServerProgram,
  { object, protocol }: { readonly object: Created; readonly protocol: 'h1' | 'h2' },
): Contender {
  const processor: number[] = [];
  return {
    what: `durable creates of ${object}s, ${CLIENTS} Node.js clients, ${protocol === 'h1' ? 'HTTP/1.1' : 'HTTP/2'}`,
    ...over(3000),
    run: async (round) => {
      const prefix = `${protocol}-${round}-`;
      const operation = { kind: 'create' as const, object, namespace: 'default', prefix, count: CREATES };
      const before = await server.ask<number>(question);
      const task = { target: server.target, protocol, forMs: LONGEST_MS, operation };
      const { perSecond, count } = await context.requests(task);
      if (round > 0) processor.push(((await server.ask<number>(question)) - before) / count);
      return perSecond;
    },
    note: () => `${sampleOf(processor).median.toFixed(2)} ms of the server's processor each`,
  };
}

function put(context: Context, etcd: Etcd): Contender {
  return {
    what: `etcd's put of 1 KiB, ${CLIENTS} Node.js clients, HTTP/2`,
    run: async (round) => {
      const operation = { kind: 'etcdPut' as const, prefix: `put-${round}-`, bytes: MAP_BYTES };
      const task = { target: etcd.target, protocol: 'h2' as const, forMs: 1500, operation };
      return (await context.requests(task)).perSecond;
    },
  };
}

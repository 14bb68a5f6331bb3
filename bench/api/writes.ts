import type { Row } from '../measure.js';
import { alternate, type Contender, type Context } from './context.js';
import type { Etcd } from './etcd.js';
import type { ApiServerProgram } from './programs.js';
import { over } from './reads.js';
import type { RequestResult } from './target.js';

/** Creates a round: enough that one slow moment of the disk does not decide it. */
const CREATES = 4000;
const LONGEST_MS = 20_000;
const MAP_BYTES = 1024;

/** Durable creates of ConfigMaps and Pods beside etcd's own put. */
export async function measureCreates(context: Context, server: ApiServerProgram, etcd: Etcd): Promise<Row[]> {
  const create = (object: 'ConfigMap' | 'Pod', protocol: 'h1' | 'h2'): Contender => ({
    what: `durable creates of ${object}s, 32 Node.js clients, ${protocol === 'h1' ? 'HTTP/1.1' : 'HTTP/2'}`,
    ...over(3000),
    run: async (round) => {
      const { perSecond }: RequestResult = await context.requests({
        target: server.target,
        protocol,
        forMs: LONGEST_MS,
        operation: {
          kind: 'create',
          object,
          namespace: 'default',
          prefix: `${protocol}-${round}-`,
          count: CREATES,
        },
      });
      return perSecond;
    },
  });
  const put: Contender = {
    what: "etcd's put of 1 KiB, 32 Node.js clients, HTTP/2",
    run: async (round) => {
      const operation = { kind: 'etcdPut' as const, prefix: `put-${round}-`, bytes: MAP_BYTES };
      const task = { target: etcd.target, protocol: 'h2' as const, forMs: 1500, operation };
      return (await context.requests(task)).perSecond;
    },
  };
  return alternate(context, [
    create('ConfigMap', 'h2'),
    create('ConfigMap', 'h1'),
    create('Pod', 'h2'),
    create('Pod', 'h1'),
    put,
  ]);
}

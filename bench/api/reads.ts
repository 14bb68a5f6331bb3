import type { Row } from '../measure.js';
import type { ApiServerProgram, FloorTarget } from '../programs.js';
import { alternate, type Contender, type Context, milliseconds } from './context.js';
import type { Etcd } from './etcd.js';
import type { ListResult, Operation, Target } from './target.js';
import { wrk } from './wrk.js';

const SECONDS = 1.5;
const WRK_SECONDS = 2;
const path = '/api/v1/namespaces/default/pods/read-0';
const get: Operation = { kind: 'get', path };

/** Gets of one Pod: by wrk and by Node.js clients, beside servers that do nothing else and etcd's own get. */
export async function measureGets(context: Context, server: ApiServerProgram, etcd: Etcd): Promise<Row[]> {
  await context.requests({
    target: server.target,
    protocol: 'h1',
    forMs: 10_000,
    operation: { kind: 'create', object: 'Pod', namespace: 'default', prefix: 'read-', count: 1 },
  });
  const { bytes } = await context.requests({
    target: server.target,
    protocol: 'h1',
    forMs: 200,
    operation: get,
  });
  const put: Operation = { kind: 'etcdPut', prefix: 'read-', bytes };
  await context.requests({ target: etcd.target, protocol: 'h2', forMs: 100, operation: put });
  await using floor = await context.programs.floor(context.newDirectory(), bytes);
  const rows = await alternate(context, [
    byWrk('gets of a Pod by wrk', server.target, 8000),
    byWrk('a bare Node.js server, by wrk', floor.target.h1),
    ...byNode(context, server.target, floor.target),
    {
      what: "etcd's get of a value of that size, HTTP/2",
      run: () => rate(context, etcd.target, 'h2', { kind: 'etcdGet', key: 'read-0' }),
    },
  ]);
  return rows.map((row, index) => (index === 0 ? { ...row, what: `${row.what} (${bytes} bytes)` } : row));
}

function byWrk(what: string, target: Target, goal?: number): Contender {
  return { what, ...over(goal), run: () => wrk(target, path, WRK_SECONDS) };
}

function byNode(context: Context, target: Target, floor: FloorTarget): Contender[] {
  return (['h1', 'h2'] as const).flatMap((protocol) => {
    const name = protocol === 'h1' ? 'HTTP/1.1' : 'HTTP/2';
    return [
      {
        what: `gets of a Pod by a Node.js client, ${name}`,
        ...over(5000),
        run: () => rate(context, target, protocol, get),
      },
      {
        what: `a bare Node.js server, by a Node.js client, ${name}`,
        run: () => rate(context, floor[protocol], protocol, get),
      },
    ];
  });
}

async function rate(
  context: Context,
  target: Target,
  protocol: 'h1' | 'h2',
  operation: Operation,
): Promise<number> {
  return (await context.requests({ target, protocol, forMs: SECONDS * 1000, operation })).perSecond;
}

/** A goal of more than so many a second. */
export function over(goal: number | undefined): Pick<Contender, 'goal'> {
  if (goal === undefined) return {};
  return { goal: { text: `over ${goal.toLocaleString('en')}/s`, met: (median) => median > goal } };
}

/** A whole list of a namespace's Pods by a Node.js client. */
export async function measureList(
  context: Context,
  server: ApiServerProgram,
  namespace: string,
): Promise<Row[]> {
  let bytes = 0;
  let items = 0;
  const list: Contender = {
    what: 'list of Pods',
    run: async () => {
      const result = await context.load.ask<ListResult>({
        kind: 'list',
        target: server.target,
        path: `/api/v1/namespaces/${namespace}/pods`,
        rounds: 1,
      });
      ({ bytes, items } = result);
      return result.ms[0] ?? Number.NaN;
    },
  };
  const shown = (sample: Parameters<typeof milliseconds>[0]): string =>
    `${milliseconds(sample)}: ${(bytes / 1e3 / sample.median).toFixed(0)} MB/s`;
  const rows = await alternate(context, [list], { rounds: 9, show: shown });
  const size = (bytes / 1e6).toFixed(1);
  return rows.map((row) => ({
    ...row,
    what: `list of ${items.toLocaleString('en')} Pods (${size} MB) by a Node.js client`,
  }));
}

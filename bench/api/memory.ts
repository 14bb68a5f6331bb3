import type { Memory, ServerQuestion } from '../../test/tools/api-server-main.js';
import { type Row, sampleOf } from '../measure.js';
import type { ApiServerProgram } from '../programs.js';
import type { Context } from './context.js';

const PODS = 10_000;
const GOAL_KB = 60;
const question: ServerQuestion = { ask: 'memory' };

/** Memory that a stored Pod takes: one server each round, without and with 10,000 of them. The last server goes on to `then`. */
export async function measureMemory(
  context: Context,
  then: (server: ApiServerProgram) => Promise<Row[]>,
): Promise<Row[]> {
  const rounds = 3;
  const differences: Memory[] = [];
  let more: Row[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await using server = await context.programs.apiServer(context.newDirectory());
    const before = await server.ask<Memory>(question);
    for (const namespace of ['default', 'other']) await fill(context, server, namespace);
    const after = await server.ask<Memory>(question);
    differences.push({
      resident: after.resident - before.resident,
      heap: after.heap - before.heap,
      external: after.external - before.external,
    });
    if (round === rounds) more = await then(server);
  }
  const of = (value: (memory: Memory) => number) =>
    sampleOf(differences.map((memory) => value(memory) / PODS / 1000));
  const [resident, heap, external] = [
    of((memory) => memory.resident),
    of((memory) => memory.heap),
    of((memory) => memory.external),
  ];
  const row: Row = {
    what: 'memory a stored Pod, of 10,000, after the collector ran',
    measured: `${resident.median.toFixed(1)} KB resident (${resident.lowest.toFixed(1)}-${resident.highest.toFixed(1)}, n=${rounds}): ${heap.median.toFixed(1)} KB of heap, ${external.median.toFixed(1)} KB beside it`,
    goal: `under ${GOAL_KB} KB`,
    met: resident.median < GOAL_KB,
  };
  console.log(`${row.what}: ${row.measured}`);
  return [row, ...more];
}

async function fill(context: Context, server: ApiServerProgram, namespace: string): Promise<void> {
  await context.requests({
    target: server.target,
    protocol: 'h2',
    forMs: 60_000,
    operation: { kind: 'create', object: 'Pod', namespace, prefix: 'stored-', count: PODS / 2 },
  });
}

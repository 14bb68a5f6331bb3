/** The generator of load: a process of its own, so that client and server each have their own core. */

import { answerQuestions } from '../../test/tools/line-program.js';
import { percentile } from '../measure.js';
import { type BenchClient, http1Client, http2Client } from './clients.js';
import { callsOf } from './operations.js';
import type { ListResult, ListTask, LoadTask, RequestResult, RequestTask } from './target.js';
import { watchDelays } from './watch-load.js';

async function sendRequests(task: RequestTask): Promise<RequestResult> {
  const client =
    task.protocol === 'h1' ? http1Client(task.target, task.clients) : await http2Client(task.target);
  try {
    return await closedLoop(client, task);
  } finally {
    client.close();
  }
}

async function closedLoop(
  client: BenchClient,
  { operation, clients, forMs }: RequestTask,
): Promise<RequestResult> {
  const next = callsOf(operation);
  const latencies: number[] = [];
  let bytes = 0;
  const began = performance.now();
  const one = async (): Promise<void> => {
    for (let sent = performance.now(); sent - began < forMs; sent = performance.now()) {
      const call = next();
      if (call === undefined) return;
      const body = await client.send(call);
      latencies.push(performance.now() - sent);
      bytes = body.reduce((sum, chunk) => sum + chunk.length, 0);
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  const seconds = (performance.now() - began) / 1000;
  return {
    perSecond: latencies.length / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    count: latencies.length,
    bytes,
  };
}

async function listRounds({ target, path, rounds }: ListTask): Promise<ListResult> {
  const client = http1Client(target, 1);
  const ms: number[] = [];
  let chunks: readonly Buffer[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    chunks = await client.send({ method: 'GET', path });
    ms.push(performance.now() - began);
  }
  client.close();
  const body = Buffer.concat(chunks);
  const list: { items: readonly object[] } = JSON.parse(body.toString('utf8'));
  return { ms, bytes: body.length, items: list.items.length };
}

function run(task: LoadTask): Promise<object> {
  if (task.kind === 'requests') return sendRequests(task);
  return task.kind === 'list' ? listRounds(task) : watchDelays(task);
}

await answerQuestions<LoadTask>(run);

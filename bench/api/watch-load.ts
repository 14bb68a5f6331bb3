import { once } from 'node:events';
import { request } from 'node:https';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../measure.js';
import { http1Client } from './clients.js';
import { callsOf } from './operations.js';
import type { WatchResult, WatchTask } from './target.js';

/** How long events may be on their way after the last create, milliseconds. */
const LAST_MS = 10_000;

/** Measures from the sending of each create to the arrival of its event at each watcher: durable write, fan-out and both ends of TLS. */
export async function watchDelays(task: WatchTask): Promise<WatchResult> {
  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  const onEvent = (name: string): void => {
    const sent = sentAt.get(name);
    if (sent !== undefined) delays.push(performance.now() - sent);
  };
  const from = await presentRevision(task);
  const open = (): Promise<Socket> => openWatch(task, { from, onEvent });
  const sockets: Socket[] = [];
  // Few at a time: handshakes are not what is measured.
  for (let begun = 0; begun < task.watchers; begun += 20) {
    const some = Math.min(20, task.watchers - begun);
    sockets.push(...(await Promise.all(Array.from({ length: some }, open))));
  }
  await pause(300);
  await createAtRate(task, sentAt);
  const expected = task.watchers * task.creates;
  for (let waited = 0; delays.length < expected && waited < LAST_MS; waited += 50) await pause(50);
  for (const socket of sockets) socket.destroy();
  if (delays.length !== expected)
    throw new Error(
      `${delays.length} events reached ${task.watchers} watchers of ${task.creates} creates: ${expected} were due`,
    );
  return {
    p50Ms: percentile(delays, 0.5),
    p99Ms: percentile(delays, 0.99),
    highestMs: percentile(delays, 1),
    events: delays.length,
  };
}

async function presentRevision({ target, namespace }: WatchTask): Promise<string> {
  const client = http1Client(target, 1);
  const path = `/api/v1/namespaces/${namespace}/configmaps?limit=1`;
  const body = Buffer.concat(await client.send({ method: 'GET', path }));
  client.close();
  const list: { metadata: { resourceVersion: string } } = JSON.parse(body.toString('utf8'));
  return list.metadata.resourceVersion;
}

async function createAtRate(task: WatchTask, sentAt: Map<string, number>): Promise<void> {
  const client = http1Client(task.target, 8);
  const next = callsOf({ ...task, kind: 'create', object: 'ConfigMap', count: task.creates });
  const began = performance.now();
  const writes: Promise<unknown>[] = [];
  for (let index = 0; index < task.creates; index += 1) {
    await pause(Math.max(0, began + index * task.everyMs - performance.now()));
    const call = next();
    if (call === undefined) break;
    sentAt.set(`${task.prefix}${index}`, performance.now());
    writes.push(client.send(call));
  }
  await Promise.all(writes);
  client.close();
}

/** A watch over HTTP/1.1 on a connection of its own. */
async function openWatch(
  { target, namespace }: WatchTask,
  { from, onEvent }: { readonly from: string; readonly onEvent: (name: string) => void },
): Promise<Socket> {
  const { hostname, port } = new URL(target.origin);
  const query = new URLSearchParams({ watch: '1', allowWatchBookmarks: 'true', resourceVersion: from });
  const sent = request({
    agent: false,
    ca: target.authority,
    hostname,
    port,
    path: `/api/v1/namespaces/${namespace}/configmaps?${query}`,
    headers: { authorization: `Bearer ${target.token}`, accept: 'application/json' },
  });
  sent.on('error', () => {});
  sent.end();
  const [answer] = await once(sent, 'response');
  if (answer.statusCode !== 200) throw new Error(`a watch was answered with ${answer.statusCode}`);
  let rest = '';
  answer.on('error', () => {});
  answer.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onEvent(/"name":"([^"]*)"/.exec(line)?.[1] ?? '');
  });
  const { socket } = answer;
  if (!(socket instanceof Socket)) throw new Error('a watch has no socket');
  return socket;
}

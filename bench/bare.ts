/**
 * The peer of `holdfast up`: three replicated servers by bare CRI calls and statements, from the same image and prepared data
 * directory, on the same containerd, in the same order, polling every 20 ms, with no sleep of another kind. It runs inside the
 * node's network namespace: `bare.ts SOCKET DIRECTORY CGROUP` prints the milliseconds it took.
 */
import { mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../src/lib/system-clock.js';
import type { SandboxConfig } from '../src/node/cri/container-runtime.js';
import { createCriClient } from '../src/node/cri/cri-client.js';
import { mysqlPort } from '../src/operator/sql/mysql.js';
import type { ServerFacts, SqlStep } from '../src/operator/sql/port.js';
import { containerOf, sandboxOf } from './plain-configs.js';

const [socket = '', directory = '', cgroup = ''] = process.argv.slice(2);
const runtime = createCriClient(socket, systemClock);
const sql = mysqlPort();
const operator = { user: 'bench', password: 'bench-operator' };
const replication = { user: 'bench_replication', password: 'bench-replication' };
const root = { user: 'root', password: 'example' };
interface Server {
  readonly ordinal: number;
  readonly sandbox: SandboxConfig;
  readonly sandboxId: string;
  readonly host: string;
  containerId: string;
}

async function startContainer(server: Omit<Server, 'containerId'>, attempt: number): Promise<string> {
  const config = containerOf({
    attempt,
    data: `${directory}/data-${server.ordinal}`,
    password: root.password,
  });
  const id = await runtime.createContainer(server.sandboxId, config, server.sandbox);
  await runtime.startContainer(id);
  return id;
}

async function start(ordinal: number): Promise<Server> {
  for (const part of ['data', 'logs']) mkdirSync(`${directory}/${part}-${ordinal}`, { recursive: true });
  const sandbox = sandboxOf(`bare-${ordinal}`, { logs: `${directory}/logs-${ordinal}`, cgroup });
  const sandboxId = await runtime.runSandbox(sandbox);
  const [host = ''] = await runtime.sandboxAddresses(sandboxId);
  const server = { ordinal, sandbox, sandboxId, host };
  return { ...server, containerId: await startContainer(server, 0) };
}

const target = (server: Server, login = operator) => ({
  id: `${server.host} ${login.user}`,
  host: server.host,
  port: 3306,
  ...login,
});
const run = (server: Server, step: SqlStep, login = operator) => sql.run(target(server, login), step);

async function until(
  server: Server,
  done: (facts: ServerFacts) => boolean,
  login = operator,
): Promise<ServerFacts> {
  for (;;) {
    const facts = await sql.inspect(target(server, login)).catch(() => undefined);
    if (facts !== undefined && done(facts)) return facts;
    await pause(20);
  }
}

async function configure(server: Server, locked: boolean): Promise<void> {
  await until(server, () => true, root);
  await run(server, { kind: 'createAccounts', operator, replication }, root);
  await run(server, { kind: 'configure', serverId: 1000 + server.ordinal, installClone: true, locked });
}

async function join(server: Server, donor: Server, source: Server): Promise<void> {
  await configure(server, true);
  // A session that is open makes mysqld wait two seconds when it shuts down after the clone.
  for (const login of [root, operator]) sql.forget(target(server, login).id);
  await run(server, { kind: 'clone', donorHost: donor.host, donorPort: 3306, account: replication });
  while ((await runtime.containerDetails(server.containerId)).phase === 'running') await pause(20);
  server.containerId = await startContainer(server, 1);
  await until(server, ({ clone }) => clone?.state === 'Completed');
  await run(server, { kind: 'follow', sourceHost: source.host, sourcePort: 3306, account: replication });
  await until(server, ({ channel }) => channel?.io === 'Yes' && channel.sql);
}

const startedAt = performance.now();
const source = await start(0);
await configure(source, false);
const first = await start(1);
await join(first, source, source);
const second = await start(2);
await join(second, first, source);
console.log(Math.round(performance.now() - startedAt));

for (const { sandboxId } of [source, first, second]) {
  await runtime.stopSandbox(sandboxId);
  await runtime.removeSandbox(sandboxId);
}
await sql[Symbol.asyncDispose]();
await runtime[Symbol.asyncDispose]();

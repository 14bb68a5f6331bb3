import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { cniConfig } from '../../../src/cluster/containerd/cni.js';
import { containerdConfig } from '../../../src/cluster/containerd/config.js';
import { answers } from '../../../src/cluster/containerd/process.js';
import {
  CLUSTER_REQUIREMENTS,
  ensureRequirements,
  fullPath,
  type Requirement,
} from '../../../src/cluster/packages/index.js';
import { run } from '../../../src/lib/run.js';
import { systemClock } from '../../../src/lib/system-clock.js';
import type { Dial } from '../../../src/node/probes/dial.js';
import { loadSmallImages } from './images.js';

/** A network namespace with a containerd of its own; nothing of it is left when it is disposed of. */
export interface TestMachine extends AsyncDisposable {
  readonly home: string;
  readonly socket: string;
  readonly cgroup: string;
  /** Connects to Pods from outside their namespace. */
  readonly dial: Dial;
  killContainerd(): Promise<void>;
  startContainerd(): Promise<void>;
}

/** Runs in the node's network: connects where the first line of each connection says, and passes bytes. */
const relay = `
const net = require('node:net');
net.createServer({ allowHalfOpen: true }, (from) => {
  from.on('error', () => {});
  from.once('data', (chunk) => {
    from.pause();
    const end = chunk.indexOf(10);
    const [host, port] = chunk.toString('latin1', 0, end).split(' ');
    from.unshift(chunk.subarray(end + 1));
    const to = net.connect({ host, port: Number(port), allowHalfOpen: true });
    to.on('connect', () => { from.write('+'); from.pipe(to); to.pipe(from); });
    to.on('error', () => from.destroy());
    from.on('error', () => to.destroy());
  });
}).listen(process.argv[1], () => console.log('ready'));
`;

/** A connection through the relay: connected once the relay's first byte says that it is through. */
class RelayedConnection extends Duplex {
  readonly #inner: Socket;

  constructor(socket: string, target: string) {
    super();
    this.#inner = connect(socket);
    this.#inner.write(`${target}\n`);
    this.#inner.once('data', (first: Buffer) => {
      this.emit('connect');
      if (first.length > 1) this.push(first.subarray(1));
      this.#inner.on('data', (chunk) => this.push(chunk));
      this.#inner.on('end', () => this.push(null));
    });
    this.#inner.once('close', () =>
      this.destroy(this.#inner.bytesRead > 0 ? undefined : new Error(`connect ECONNREFUSED ${target}`)),
    );
    this.#inner.on('error', (error) => this.destroy(error));
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#inner.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#inner.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#inner.destroy();
    done(error);
  }
}

let count = 0;

/** What a cluster needs, and what the small images are made of. */
const needed: readonly Requirement[] = [
  ...CLUSTER_REQUIREMENTS,
  { what: 'busybox', package: 'busybox-static', commands: ['busybox'] },
  { what: 'catatonit', package: 'catatonit', commands: ['catatonit'] },
];

/** Makes one; takes about three seconds. */
export async function startTestMachine(): Promise<TestMachine> {
  await ensureRequirements(needed, { path: fullPath(process.env['PATH'] ?? ''), env: process.env });
  count += 1;
  const name = `hf-node-${process.pid}-${count}`;
  const home = await mkdtemp(join(tmpdir(), 'hf-node-'));
  const netns = `/run/netns/${name}`;
  await run('ip', ['netns', 'add', name]);
  const inside = [`--net=${netns}`];
  await run('nsenter', [
    ...inside,
    'sh',
    '-c',
    'ip link set lo up && echo 1 > /proc/sys/net/ipv4/ip_forward',
  ]);
  const socket = join(home, 'c.sock');
  await configure(home, socket, name);
  const processes: { containerd: ChildProcess | undefined; relay: ChildProcess | undefined } = {
    containerd: undefined,
    relay: undefined,
  };
  const startContainerd = async (): Promise<void> => {
    const log = openSync(join(home, 'containerd.log'), 'a');
    processes.containerd = spawn(
      'nsenter',
      [...inside, 'containerd', '--config', join(home, 'containerd.toml')],
      { stdio: ['ignore', log, log], detached: true },
    );
    closeSync(log);
    while (!(await answers(socket))) await systemClock.sleep(20);
  };
  await startContainerd();
  await loadSmallImages(home, socket);
  const relaySocket = join(home, 'relay.sock');
  const relayProcess = spawn('nsenter', [...inside, process.execPath, '-e', relay, relaySocket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.relay = relayProcess;
  await once(relayProcess.stdout, 'data');
  const cgroup = `/${name}`;
  const killContainerd = async (): Promise<void> => end(processes.containerd, 'SIGKILL');
  return {
    home,
    socket,
    cgroup,
    dial: (host, port) => new RelayedConnection(relaySocket, `${host} ${port}`),
    killContainerd,
    startContainerd,
    async [Symbol.asyncDispose]() {
      await clear({ home, socket, name, cgroup });
      await end(processes.containerd, 'SIGTERM');
      await end(processes.relay, 'SIGTERM');
      await run('ip', ['netns', 'delete', name]);
      await run('sh', [
        '-c',
        `grep -o '${home}[^ ]*' /proc/self/mountinfo | tac | xargs -r -n1 umount -l`,
      ]).catch(() => {});
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function configure(home: string, socket: string, network: string): Promise<void> {
  const config = containerdConfig({
    root: join(home, 'root'),
    state: join(home, 'state'),
    socket,
    runcRoot: join(home, 'runc'),
    runc: '/usr/sbin/runc',
    cniBinaries: '/usr/lib/cni',
    cniConf: join(home, 'cni'),
    registries: join(home, 'registries'),
    sandboxImage: 'holdfast.local/pause:1',
    restrictOomScore: true,
  });
  await mkdir(join(home, 'cni'));
  await writeFile(join(home, 'containerd.toml'), config);
  const cni = cniConfig({
    name: network,
    range: '10.244.0.0/16',
    gateway: '10.244.0.1',
    dataDirectory: join(home, 'ipam'),
  });
  await writeFile(join(home, 'cni/10.conflist'), cni);
}

async function end(child: ChildProcess | undefined, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Whatever a test left running goes with the machine. */
async function clear({
  socket,
  cgroup,
}: {
  readonly home: string;
  readonly socket: string;
  readonly name: string;
  readonly cgroup: string;
}): Promise<void> {
  const { createCriClient } = await import('../../../src/node/cri/cri-client.js');
  await using runtime = createCriClient(socket, systemClock);
  for (const { id } of await runtime.listSandboxes()) {
    await runtime.stopSandbox(id);
    await runtime.removeSandbox(id);
  }
  await run('sh', [
    '-c',
    `find /sys/fs/cgroup -depth -type d -path '*${cgroup}*' -exec rmdir {} + 2>/dev/null || true`,
  ]);
}

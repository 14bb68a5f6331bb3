import { openSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import type { Clock } from '../../lib/clock.js';
import type { Logger } from '../../lib/log.js';
import { waitForLock } from '../lock.js';
import { type ClusterPaths, clusterPaths } from '../paths.js';
import { identify, recordProcess } from '../processes.js';
import { Supervisor } from '../supervisor.js';
import { type ContainerdPart, containerdPart } from './containerd-part.js';
import { createControl, type KeeperCalls } from './control.js';
import { DaemonChild } from './daemon-child.js';
import { createEgress } from './egress.js';
import { ALREADY_RUNNING } from './exit-codes.js';
import type { KeeperSettings, KeeperStatus } from './messages.js';
import { HostPorts } from './ports.js';

/** What a keeper is made of besides its settings. */
export interface KeeperOptions {
  readonly settings: KeeperSettings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the process. */
  readonly exit: (code: number) => void;
}

/** How long a predecessor may take to die before the new keeper gives up. */
const LOCK_TIMEOUT_MS = 10_000;

function listen(server: Server, socketPath: string): Promise<void> {
  rmSync(socketPath, { force: true });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
}

interface Parts {
  readonly paths: ClusterPaths;
  readonly ports: HostPorts;
  readonly daemon: DaemonChild;
  readonly daemonSupervisor: Supervisor;
  /** Undefined in a simulated cluster. */
  readonly containerd: ContainerdPart | undefined;
}

/** Starts the keeper: holds the host's sockets, offers the way out, and keeps containerd and the daemon running. */
export async function runKeeper(options: KeeperOptions): Promise<void> {
  const { settings, clock, log } = options;
  const paths = clusterPaths(settings.ref);
  const lock = await waitForLock(paths.locks.keeper, { clock, timeoutMs: LOCK_TIMEOUT_MS });
  if (lock === undefined) {
    log.error('another keeper is at work for this cluster');
    return options.exit(ALREADY_RUNNING);
  }
  recordProcess(paths.runFiles.keeper, identify(process.pid));
  const ports = await HostPorts.open(paths.stateFiles.settings, settings.inherited, log);
  // Images come through it; where no container runs, nobody needs a way out.
  if (settings.simulated === undefined)
    await listen(
      createEgress({ proxies: settings.proxies, clock, log: log.child({ part: 'egress' }) }),
      paths.runFiles.egress,
    );
  const parts = assemble(options, paths, ports);
  await listen(createControl(keeperCalls(parts, options)), paths.runFiles.control);
  await Promise.all([parts.containerd?.start(), parts.daemonSupervisor.start()]);
}

function assemble(options: KeeperOptions, paths: ClusterPaths, ports: HostPorts): Parts {
  const { settings, clock, log } = options;
  const hostNetns = openSync('/proc/self/ns/net', 'r');
  const daemon = new DaemonChild({ settings, paths, clock, ports, hostNetns, env: options.env });
  return {
    paths,
    ports,
    daemon,
    containerd: containerdPart({ settings, paths, clock, log }),
    daemonSupervisor: new Supervisor({ name: 'daemon', clock, log, start: () => daemon.start() }),
  };
}

function statusOf({ daemon, daemonSupervisor, containerd, ports }: Parts): KeeperStatus {
  return {
    pid: process.pid,
    daemon: {
      pid: daemonSupervisor.pid,
      state: daemon.state,
      message: daemon.message,
      restarts: daemonSupervisor.restarts,
      lastFailure: daemon.lastFailure,
    },
    ...(containerd === undefined ? {} : { containerd: containerd.status() }),
    apiPort: ports.api.port,
    published: ports.published.map(({ published }) => published),
  };
}

function keeperCalls(parts: Parts, { clock, log, exit }: KeeperOptions): KeeperCalls {
  const { daemon, ports } = parts;
  return {
    status: () => statusOf(parts),
    publish: async (request) => {
      const { published, socket } = await ports.publish(request);
      daemon.send({ type: 'publish', published }, socket.handle);
      return published;
    },
    unpublish: (hostPort) => {
      daemon.send({ type: 'unpublish', hostPort });
      return ports.unpublish(hostPort);
    },
    down: async (timeoutMs, report) => {
      await shutDaemon(parts, { clock, timeoutMs, report });
      await parts.containerd?.stop();
    },
    end: () => {
      log.info('the keeper ends: the cluster is down');
      exit(0);
    },
  };
}

/** How long a daemon that never got ready may take to stop, milliseconds. */
const UNREADY_STOP_MS = 5_000;

interface Shutdown {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly report: (line: string) => void;
}

/** Lets the daemon shut the node down; passes on what it says; kills it when it takes longer than it may. */
async function shutDaemon({ daemon, daemonSupervisor }: Parts, options: Shutdown): Promise<void> {
  const { clock, report } = options;
  // One that never got ready has begun nothing that needs an orderly end, and may be past listening.
  const timeoutMs = daemon.state === 'ready' ? options.timeoutMs : UNREADY_STOP_MS;
  daemon.markStopping();
  daemon.send({ type: 'shutdown' });
  let isGone = false;
  const ended = daemonSupervisor.letEnd().then(() => {
    isGone = true;
  });
  const deadline = clock.now() + timeoutMs;
  for (let shown = daemon.message; !isGone; ) {
    await Promise.race([ended, clock.sleep(50)]);
    if (daemon.message !== shown) report(daemon.message);
    shown = daemon.message;
    if (clock.now() >= deadline) daemon.kill();
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.js';
import { openLog } from '../log-file.js';
import type { ClusterPaths } from '../paths.js';
import { identify, recordProcess } from '../processes.js';
import type { Started } from '../supervisor.js';
import { DAEMON_ENV, DAEMON_NODE_FLAGS } from './daemon-flags.js';
import {
  type DaemonSettings,
  isToKeeper,
  type KeeperSettings,
  type KeeperStatus,
  type ToDaemon,
} from './messages.js';
import type { HostPorts } from './ports.js';

/** Numbers of the descriptors a daemon is born with; the published ports follow. */
const FD = { ipc: 3, hostNetns: 4, api: 5, firstPublished: 6 } as const;

/** How long a daemon may take to end after it said that it failed, milliseconds. */
const FAILED_END_MS = 2_000;

/** What starting a daemon needs. */
export interface DaemonOptions {
  readonly settings: KeeperSettings;
  readonly paths: ClusterPaths;
  readonly clock: Clock;
  readonly ports: HostPorts;
  /** An open descriptor of the host's network namespace. */
  readonly hostNetns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The daemon as its keeper sees it. */
export class DaemonChild {
  readonly #options: DaemonOptions;
  #child: ChildProcess | undefined;
  #state: KeeperStatus['daemon']['state'] = 'stopped';
  #message = '';
  #lastFailure: string | undefined;

  constructor(options: DaemonOptions) {
    this.#options = options;
  }

  get state(): KeeperStatus['daemon']['state'] {
    return this.#state;
  }

  /** What it does, or why it ended. */
  get message(): string {
    return this.#message;
  }

  /** Why it last ended without being asked to; undefined when it never did. */
  get lastFailure(): string | undefined {
    return this.#lastFailure;
  }

  /** Starts it inside the node's network, which a simulated cluster does not have; the descriptors go with it. */
  async start(): Promise<Started> {
    const { paths, ports, hostNetns, settings } = this.#options;
    const enter = settings.simulated === undefined ? ['nsenter', `--net=${paths.netns.path}`] : [];
    const [command = '', ...args] = [...enter, process.execPath, ...this.#arguments()];
    const published = ports.published;
    const log = openLog(join(paths.stateFiles.logs, 'daemon.log'));
    const sockets = published.map(({ socket }) => socket.fd);
    const child = spawn(command, args, {
      stdio: ['ignore', log, log, 'ipc', hostNetns, ports.api.fd, ...sockets],
      cwd: '/',
      env: { ...this.#options.env, ...DAEMON_ENV, PATH: settings.path },
    });
    closeSync(log);
    this.#child = child;
    this.#state = 'starting';
    this.#message = 'starting';
    const ended = this.#follow(child);
    if (child.pid === undefined) throw new Error(`the daemon could not be started: ${await ended}`);
    recordProcess(paths.runFiles.daemon, identify(child.pid));
    return { pid: child.pid, ended };
  }

  #arguments(): readonly string[] {
    const { ports, settings } = this.#options;
    const daemon: DaemonSettings = {
      keeper: { ...settings, inherited: undefined },
      apiPort: ports.api.port,
      fds: {
        hostNetns: FD.hostNetns,
        api: FD.api,
        published: ports.published.map(({ published }, index) => ({
          published,
          fd: FD.firstPublished + index,
        })),
      },
    };
    return [...DAEMON_NODE_FLAGS, join(settings.dist, 'daemon.mjs'), JSON.stringify(daemon)];
  }

  #follow(child: ChildProcess): Promise<string> {
    child.on('message', (value: unknown) => {
      if (!isToKeeper(value)) return;
      this.#hear(value.type, 'message' in value ? value.message : '');
      // It ends by itself; one whose store hangs on a full disk would not.
      if (value.type === 'failed') this.#options.clock.after(FAILED_END_MS, () => child.kill('SIGKILL'));
    });
    return new Promise((resolve) => {
      const end = (how: string): void => {
        if (this.#child === child) this.#child = undefined;
        if (this.#state !== 'stopping') {
          if (this.#state !== 'waiting') this.#message = how;
          this.#lastFailure = this.#message;
        }
        this.#state = this.#state === 'stopping' ? 'stopped' : 'waiting';
        resolve(how);
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
  }

  #hear(type: 'progress' | 'ready' | 'failed', message: string): void {
    if (this.#state === 'stopping') {
      if (message !== '') this.#message = message;
      return;
    }
    if (type === 'ready') this.#state = 'ready';
    if (type === 'failed') this.#state = 'waiting';
    this.#message = type === 'ready' ? 'ready' : message;
  }

  /** Tells a running daemon something; nothing happens when there is none, since a new one is born with all it must know. */
  send(message: ToDaemon, handle?: object): void {
    if (this.#child?.connected !== true) return;
    // Node takes a bare TCP handle here, which the declared types do not say.
    Reflect.apply(this.#child.send, this.#child, [message, handle]);
  }

  /** From now on its end is wanted. */
  markStopping(): void {
    this.#state = this.#child === undefined ? 'stopped' : 'stopping';
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }
}

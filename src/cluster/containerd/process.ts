import { spawn } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import { connect } from 'node:net';
import type { Clock } from '../../lib/clock.js';
import { EGRESS_PORT } from '../addresses.js';
import { prepareRuntimeCgroup } from '../cgroups.js';
import { openLog } from '../log-file.js';
import type { ClusterPaths } from '../paths.js';
import {
  identify,
  isAlive,
  type ProcessId,
  recordedProcess,
  recordProcess,
  signalProcess,
} from '../processes.js';
import type { Started } from '../supervisor.js';

/** What starting containerd needs besides its places. */
export interface ContainerdOptions {
  readonly paths: ClusterPaths;
  readonly containerd: string;
  readonly path: string;
  readonly clock: Clock;
}

/** How often an adopted process, which is not our child, is looked at. */
const LOOK_MS = 200;

/** Moves itself into its cgroup ($1, may be empty), then becomes containerd: so that all it ever starts can be found again. */
const ENTER = '[ -z "$1" ] || echo $$ > "$1"; shift; exec "$@"';

/** Adopts the containerd that runs, or starts one: in the node's network, in a session of its own, so that it outlives everyone. */
export async function startContainerd(options: ContainerdOptions): Promise<Started> {
  const running = recordedProcess(options.paths.runFiles.containerd);
  if (isAlive(running)) return { pid: running.pid, ended: watchEnd(running, options.clock) };
  return launch(options);
}

async function watchEnd(id: ProcessId, clock: Clock): Promise<string> {
  while (isAlive(id)) await clock.sleep(LOOK_MS);
  return 'it was gone';
}

function launch(options: ContainerdOptions): Started {
  const { paths } = options;
  const proxy = `http://127.0.0.1:${EGRESS_PORT}`;
  const log = openLog(`${paths.stateFiles.logs}/containerd.log`);
  const command = [
    'nsenter',
    `--net=${paths.netns.path}`,
    options.containerd,
    '--config',
    paths.runFiles.containerdConfig,
  ];
  const child = spawn('sh', ['-c', ENTER, 'sh', prepareRuntimeCgroup(paths.cgroup) ?? '', ...command], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { PATH: options.path, HTTP_PROXY: proxy, HTTPS_PROXY: proxy, TMPDIR: '/tmp' },
  });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  if (child.pid === undefined) throw new Error(`containerd (${options.containerd}) could not be started`);
  recordProcess(paths.runFiles.containerd, identify(child.pid));
  return { pid: child.pid, ended };
}

/** Whether something accepts connections on containerd's socket. */
export function answers(socketPath: string): Promise<boolean> {
  if (!existsSync(socketPath)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Ends containerd: asks first, insists after `graceMs`. Its containers run on. */
export async function stopContainerd(paths: ClusterPaths, clock: Clock, graceMs = 5_000): Promise<void> {
  const id = recordedProcess(paths.runFiles.containerd);
  if (id === undefined || !signalProcess(id, 'SIGTERM')) return;
  const deadline = clock.now() + graceMs;
  while (isAlive(id) && clock.now() < deadline) await clock.sleep(20);
  if (isAlive(id)) signalProcess(id, 'SIGKILL');
  while (isAlive(id)) await clock.sleep(10);
}

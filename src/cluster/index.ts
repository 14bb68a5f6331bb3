import { existsSync, rmSync } from 'node:fs';
import type { FeatureGates } from '../api/feature-gates.js';
import type { Clock } from '../lib/clock.js';
import type { KeeperStatus, PublishedPort } from './keeper/messages.js';
import { keeperDown, keeperPublish, keeperStatus } from './keeper-client.js';
import { waitForLock } from './lock.js';
import { type ClusterPaths, type ClusterRef, clusterPaths } from './paths.js';
import { isAlive, recordedProcess } from './processes.js';
import { readSettings } from './settings.js';
import { isSimulated, simulationOf } from './simulation.js';
import type { Simulation } from './simulation-settings.js';
import { bringUp, type Progress, type RunningCluster, type StartOptions, whenReady } from './start.js';
import { hasState, refuseNamesake, removeState } from './state.js';
import { tearDown } from './teardown/index.js';
import { observeLeftovers } from './teardown/observe.js';
import { UserError } from './user-error.js';

export { withImageErrors } from './image-errors.js';
export type { PublishedPort } from './keeper/messages.js';
export type { ClusterPaths, ClusterRef } from './paths.js';
export { ensureBuildTools } from './sandbox-image.js';
export { simulationText } from './simulation.js';
export {
  isNodeCount,
  isSpeed,
  MAX_SIMULATED_NODES,
  MAX_SIMULATED_SPEED,
  type Simulation,
} from './simulation-settings.js';
export type { Progress, RunningCluster, StartOptions } from './start.js';
export { UserError } from './user-error.js';

/** How long another command on the same cluster is waited for, milliseconds. */
const COMMAND_WAIT_MS = 900_000;

/** Gives the places and names of a cluster; touches nothing. */
export function resolveCluster(ref: ClusterRef): ClusterPaths {
  return clusterPaths(ref);
}

async function exclusively<T>(
  paths: ClusterPaths,
  clock: Clock,
  work: () => Promise<T>,
  onProgress: Progress,
): Promise<T> {
  const onWait = (): void => onProgress('waiting for another command on this cluster to end');
  const lock = await waitForLock(paths.locks.command, { clock, timeoutMs: COMMAND_WAIT_MS, onWait });
  if (lock === undefined) throw new UserError(`another command is at work on cluster ${paths.name}`);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** Starts the cluster, or what is missing of it, and waits until it answers. Doing it again changes nothing. */
export async function startCluster(
  options: StartOptions,
  onProgress: Progress = () => {},
): Promise<RunningCluster> {
  return exclusively(options.paths, options.clock, () => bringUp(options, onProgress), onProgress);
}

/** How a cluster is taken down. */
export interface StopOptions {
  readonly paths: ClusterPaths;
  readonly clock: Clock;
  /** How long all Pods together may take to end, milliseconds (600,000); their own grace is usually much shorter. */
  readonly timeoutMs?: number;
}

/** Containers that run without a daemon to ask them are given the default grace of a Pod. */
const ORPHAN_GRACE_MS = 30_000;

/** Shuts the node down and removes everything but the data; false when nothing was running. */
export async function stopCluster(options: StopOptions, onProgress: Progress = () => {}): Promise<boolean> {
  return exclusively(options.paths, options.clock, () => bringDown(options, onProgress), onProgress);
}

async function bringDown({ paths, clock, timeoutMs }: StopOptions, onProgress: Progress): Promise<boolean> {
  const simulated = isSimulated(paths);
  if (!simulated) {
    if (isRoot()) refuseNamesake(paths);
    else if (!hasState(paths) && !existsSync(paths.run)) return false;
    else throw new UserError('only root can take a cluster with containers down: run this as root');
  }
  const hadKeeper = await keeperDown(paths, timeoutMs ?? 600_000, onProgress).catch((error: unknown) => {
    onProgress(error instanceof Error ? error.message : String(error));
    return true;
  });
  const before = observeLeftovers(paths, simulated);
  await tearDown({ paths, clock, graceMs: ORPHAN_GRACE_MS, simulated, onProgress });
  return hadKeeper || before.processes.length > 0 || before.namespace;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** What else `purgeCluster` removes. */
export interface PurgeOptions extends StopOptions {
  /** Also the image cache, which all clusters share. */
  readonly images?: boolean;
}

/** Takes the cluster down and removes its data as well. */
export async function purgeCluster(options: PurgeOptions, onProgress: Progress = () => {}): Promise<void> {
  const work = async (): Promise<void> => {
    await bringDown(options, onProgress);
    removeState(options.paths);
    if (options.images === true) rmSync(options.paths.cache, { recursive: true, force: true });
  };
  await exclusively(options.paths, options.clock, work, onProgress);
}

/** What `holdfast status` shows of the machine's side of a cluster. */
export interface ClusterStatus {
  readonly name: string;
  readonly state: 'absent' | 'stopped' | 'starting' | 'running' | 'broken';
  /** One sentence for a person. */
  readonly message: string;
  readonly keeper: { readonly pid: number | undefined };
  readonly daemon: { readonly pid: number | undefined; readonly state: string; readonly restarts: number };
  readonly containerd: {
    readonly pid: number | undefined;
    readonly ready: boolean;
    readonly restarts: number;
  };
  readonly apiPort: number | undefined;
  readonly apiUrl: string | undefined;
  readonly kubeconfig: string;
  readonly published: readonly PublishedPort[];
  /** Gates that were set with `--feature-gates`. */
  readonly featureGates: Partial<FeatureGates>;
  /** How it is simulated; absent when it runs containers. */
  readonly simulated?: Simulation;
  readonly directories: {
    readonly state: string;
    readonly run: string;
    readonly cache: string;
    readonly logs: string;
    readonly volumes: string;
  };
  readonly netns: string;
  readonly cgroup: string;
}

/** Looks at a cluster without changing anything. */
export async function clusterStatus(paths: ClusterPaths): Promise<ClusterStatus> {
  const status = await keeperStatus(paths);
  const settings = readSettings(paths.stateFiles.settings);
  const apiPort = status?.apiPort ?? settings.apiPort;
  return {
    name: paths.name,
    ...stateOf(paths, status),
    keeper: { pid: status?.pid },
    daemon: status?.daemon ?? { pid: undefined, state: 'stopped', restarts: 0 },
    containerd: status?.containerd ?? { pid: livePid(paths.runFiles.containerd), ready: false, restarts: 0 },
    apiPort,
    apiUrl: apiPort === undefined ? undefined : `https://127.0.0.1:${apiPort}`,
    kubeconfig: paths.stateFiles.kubeconfig,
    published: status?.published ?? settings.published,
    featureGates: settings.featureGates,
    ...(settings.simulated === undefined ? {} : { simulated: settings.simulated }),
    directories: {
      state: paths.state,
      run: paths.run,
      cache: paths.cache,
      logs: paths.stateFiles.logs,
      volumes: paths.stateFiles.volumes,
    },
    netns: paths.netns.name,
    cgroup: paths.cgroup,
  };
}

function livePid(file: string): number | undefined {
  const id = recordedProcess(file);
  return isAlive(id) ? id.pid : undefined;
}

function stateOf(
  paths: ClusterPaths,
  status: KeeperStatus | undefined,
): Pick<ClusterStatus, 'state' | 'message'> {
  const simulation = simulationOf(paths);
  const what = simulation === undefined ? '' : `, simulated: no container runs in it`;
  if (whenReady(status) !== undefined)
    return { state: 'running', message: `cluster ${paths.name} is running${what}` };
  if (status !== undefined) {
    const why = status.daemon.state === 'ready' ? 'containerd does not answer yet' : status.daemon.message;
    const state = status.daemon.state === 'waiting' ? 'broken' : 'starting';
    return { state, message: `cluster ${paths.name} is not ready: ${why}` };
  }
  if (livePid(paths.runFiles.containerd) !== undefined) {
    return {
      state: 'broken',
      message: `containers of cluster ${paths.name} run, but nothing watches them: \`holdfast up\` takes them up again`,
    };
  }
  if (hasState(paths))
    return {
      state: 'stopped',
      message: `cluster ${paths.name}${simulation === undefined ? '' : ', which is simulated,'} is stopped; its data is kept`,
    };
  const whose = isRoot() ? '' : " of yours; those with containers are root's";
  return { state: 'absent', message: `there is no cluster ${paths.name}${whose}` };
}

/** Makes a Service reachable on 127.0.0.1; the port is remembered until it is unpublished or the cluster is purged. */
export function publish(
  paths: ClusterPaths,
  wish: {
    readonly namespace: string;
    readonly service: string;
    readonly port?: string;
    readonly hostPort?: number;
    readonly near?: number;
  },
): Promise<PublishedPort> {
  if (simulationOf(paths) !== undefined)
    throw new UserError(
      `cluster ${paths.name} is simulated: no port of it can be published, since nothing would answer`,
    );
  return keeperPublish(paths, wish);
}

/** The kubeconfig file of a cluster; it exists once the cluster was up. */
export function kubeconfigPath(paths: ClusterPaths): string {
  return paths.stateFiles.kubeconfig;
}

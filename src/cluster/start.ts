import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deepEqual } from '../api/deep.js';
import { type FeatureGates, featureGatesText, gatesWith } from '../api/feature-gates.js';
import type { Clock } from '../lib/clock.js';
import type { Config } from '../lib/config.js';
import { messageOf } from '../lib/errors.js';
import { prepareContainerd } from './containerd/prepare.js';
import { answers } from './containerd/process.js';
import type { KeeperSettings, KeeperStatus, PublishedPort } from './keeper/messages.js';
import { keeperStatus } from './keeper-client.js';
import { type StartedKeeper, spawnKeeper } from './keeper-process.js';
import { ensureNamespace } from './netns/index.js';
import { CLUSTER_REQUIREMENTS, ensureRequirements, fullPath } from './packages/index.js';
import type { ClusterPaths } from './paths.js';
import { ensureSandboxImage } from './sandbox-image.js';
import { changeSettings, readSettings } from './settings.js';
import { type SimulationWish, simulationFor, simulationOf, simulationText } from './simulation.js';
import type { Simulation } from './simulation-settings.js';
import { prepareRun, prepareState, refuseNamesake } from './state.js';
import { UserError } from './user-error.js';

/** Told what a long call does now, one line at a time. */
export type Progress = (message: string) => void;

/** What starting a cluster needs. */
export interface StartOptions {
  readonly paths: ClusterPaths;
  readonly config: Pick<Config, 'path' | 'env' | 'proxies' | 'logLevel'>;
  readonly clock: Clock;
  /** Gates to turn on or off from now on; the others stay as the cluster remembers them. */
  readonly featureGates?: Partial<FeatureGates>;
  /** Given for a cluster whose Pods exist on paper only; what it does not say stays as the cluster remembers it. */
  readonly simulated?: SimulationWish | undefined;
  /** Directory of the built programs; the one this program runs from unless given. */
  readonly dist?: string;
  /** How long the control plane may take to be ready, milliseconds (60,000). */
  readonly timeoutMs?: number;
}

/** A cluster that answers. */
export interface RunningCluster {
  readonly paths: ClusterPaths;
  readonly apiPort: number;
  readonly apiUrl: string;
  /** File for KUBECONFIG. */
  readonly kubeconfig: string;
  readonly published: readonly PublishedPort[];
  /** How it is simulated; undefined when it runs containers. */
  readonly simulated: Simulation | undefined;
  /** Whether it was running before. */
  readonly wasRunning: boolean;
}

/** How often the keeper is asked while the cluster starts, milliseconds. */
const POLL_MS = 25;
/** After so many ends of the daemon in a row the start is given up. */
const MAX_RESTARTS = 3;

/** The directory with keeper.mjs and daemon.mjs: beside the program that runs, or the repository's. */
export function distDirectory(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [here, join(here, '../../dist')];
  const found = candidates.find((directory) => existsSync(join(directory, 'keeper.mjs')));
  if (found === undefined) throw new UserError('the built programs are missing: run `npm run build`');
  return found;
}

/** The status of a cluster whose control plane and containerd, if it has one, both answer; undefined for any other. */
export function whenReady(status: KeeperStatus | undefined): KeeperStatus | undefined {
  return status?.daemon.state === 'ready' && status.containerd?.ready !== false ? status : undefined;
}

/** Starts what is missing of the cluster and waits until it answers; a running one is left as it is. */
export async function bringUp(options: StartOptions, onProgress: Progress): Promise<RunningCluster> {
  const simulated = simulationFor(options.paths, options.simulated);
  if (simulated === undefined && process.getuid?.() !== 0) {
    throw new UserError(
      'containers need root: run this as root, or add --simulated for a cluster on paper, which does not',
    );
  }
  const status = await keeperStatus(options.paths);
  const ready = whenReady(status);
  if (status !== undefined) refuseOtherSettings(options, simulated);
  if (ready !== undefined) return running(options.paths, ready, true);
  const keeper = status === undefined ? await launch(options, simulated, onProgress) : undefined;
  const waits = [complete(options, onProgress), ...(keeper === undefined ? [] : [keeper.failed])];
  return running(options.paths, await Promise.race(waits), status !== undefined);
}

/** The daemon reads its gates, and how it is simulated, when it starts. */
function refuseOtherSettings(options: StartOptions, simulated: Simulation | undefined): void {
  const { paths, featureGates = {} } = options;
  const simulation = simulationOf(paths);
  const { name } = paths;
  if (simulation !== undefined && simulated !== undefined && !deepEqual(simulation, simulated)) {
    throw new UserError(
      `cluster ${name} runs with ${simulationText(simulation)}: take it down with \`holdfast down\` first, then start it again`,
    );
  }
  const remembered = readSettings(paths.stateFiles.settings).featureGates;
  const now = featureGatesText(gatesWith(remembered));
  if (featureGatesText(gatesWith({ ...remembered, ...featureGates })) === now) return;
  throw new UserError(
    `--feature-gates: cluster ${name} runs ${now === '' ? 'without any' : `with ${now}`}: take it down with \`holdfast down\` first, then start it again`,
  );
}

function running(paths: ClusterPaths, status: KeeperStatus, wasRunning: boolean): RunningCluster {
  const { apiPort, published } = status;
  const apiUrl = `https://127.0.0.1:${apiPort}`;
  const { kubeconfig } = paths.stateFiles;
  return { paths, apiPort, apiUrl, kubeconfig, published, simulated: simulationOf(paths), wasRunning };
}

async function launch(
  options: StartOptions,
  simulated: Simulation | undefined,
  onProgress: Progress,
): Promise<StartedKeeper> {
  const { paths, config, dist } = options;
  const path = fullPath(config.path);
  const { settings: file } = paths.stateFiles;
  const featureGates = { ...readSettings(file).featureGates, ...options.featureGates };
  if (simulated === undefined) {
    refuseNamesake(paths);
    await ensureRequirements(CLUSTER_REQUIREMENTS, { path, env: config.env, onProgress });
  }
  const kind = { simulated: simulated !== undefined };
  prepareState(paths, kind);
  changeSettings(file, { featureGates, simulated });
  prepareRun(paths, kind);
  const containerd = simulated === undefined ? await prepareNode(paths, path) : undefined;
  const { name, home, cache, run } = paths;
  const settings: KeeperSettings = {
    ref: { name, home, cache, run: dirname(run) },
    dist: dist ?? distDirectory(),
    logLevel: config.logLevel,
    path,
    containerd,
    simulated,
    featureGates,
    proxies: config.proxies,
  };
  onProgress(`starting cluster ${name}`);
  return spawnKeeper(settings, paths, config.env);
}

/** Makes what containers need; gives the path of containerd's program. */
async function prepareNode(paths: ClusterPaths, path: string): Promise<string> {
  await ensureNamespace(paths.netns);
  return prepareContainerd(paths, path);
}

/** Waits for the daemon and for containerd, which is given the image of the sandboxes as soon as it answers. */
async function complete(options: StartOptions, onProgress: Progress): Promise<KeeperStatus> {
  const { paths, config } = options;
  const daemon = waitUntil((status) => status.daemon.state === 'ready', options, onProgress);
  if (simulationOf(paths) !== undefined) return daemon;
  const images = withContainerd(options, () =>
    ensureSandboxImage(paths, { path: fullPath(config.path), env: config.env, onProgress }),
  );
  const [status] = await Promise.all([daemon, images]);
  return status;
}

/** Longer than the keeper takes to notice that an adopted containerd is gone, milliseconds. */
const GONE_MS = 300;
/** How often containerd may go away under the work before that counts as the work's failure. */
const MAX_TRIES = 5;

/** Does work that needs containerd as soon as it answers; one that was killed a moment ago still counts as running for a while. */
async function withContainerd(options: StartOptions, work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await waitUntil(
      (status) => status.containerd?.ready === true,
      options,
      () => {},
    );
    try {
      return await work();
    } catch (error) {
      const isGone =
        !(await answers(options.paths.runFiles.containerdSocket)) ||
        /connection (refused|error)/.test(messageOf(error));
      if (!isGone || tries === MAX_TRIES) throw error;
      await options.clock.sleep(GONE_MS);
    }
  }
}

async function waitUntil(
  isDone: (status: KeeperStatus) => boolean,
  options: StartOptions,
  onProgress: Progress,
): Promise<KeeperStatus> {
  const { paths, clock } = options;
  const deadline = clock.now() + (options.timeoutMs ?? 60_000);
  let said = '';
  for (;;) {
    const status = await keeperStatus(paths);
    if (status !== undefined && isDone(status)) return status;
    const message = status?.daemon.message ?? '';
    if (message !== '' && message !== said && message !== 'ready') onProgress(message);
    said = message;
    if (status !== undefined && status.daemon.restarts >= MAX_RESTARTS) throw notReady(paths, status);
    if (clock.now() >= deadline) throw notReady(paths, status);
    await clock.sleep(POLL_MS);
  }
}

function notReady({ name, stateFiles }: ClusterPaths, status: KeeperStatus | undefined): UserError {
  const why =
    status === undefined
      ? 'its keeper does not answer'
      : status.daemon.state !== 'ready'
        ? (status.daemon.lastFailure ?? status.daemon.message)
        : 'containerd does not answer';
  return new UserError(`cluster ${name} does not get ready: ${why} (logs in ${stateFiles.logs})`);
}

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { messageOf } from '../lib/errors.js';
import { namespaceExists } from './netns/observe.js';
import type { ClusterPaths } from './paths.js';
import { readJson, writeFileWhole } from './processes.js';
import { UserError } from './user-error.js';

/** Number of the layout of the state directory; a newer one is refused. */
const STATE_FORMAT = 1;

/** Makes the state directory with its parts, or checks that it is one we can use. */
export function prepareState(paths: ClusterPaths, { simulated = false } = {}): void {
  try {
    mkdirSync(paths.state, { recursive: true, mode: 0o700 });
    checkFormat(paths);
    const { pki, volumes, pods, logs, podLogs, containerd, registries, store } = paths.stateFiles;
    const ofContainers = simulated ? [] : [volumes, pods, podLogs, containerd, registries];
    for (const directory of [pki, logs, store, ...ofContainers]) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
    }
    if (!simulated) mkdirSync(paths.cache, { recursive: true });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`the state directory ${paths.state} could not be prepared: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function checkFormat({ state, stateFiles }: ClusterPaths): void {
  if (!existsSync(stateFiles.format)) {
    if (readdirSync(state).length > 0) {
      throw new UserError(
        `${state} holds files but is not a cluster's state directory (no file "format"): choose another --cluster or HOLDFAST_HOME, or empty it`,
      );
    }
    writeFileWhole(stateFiles.format, `${STATE_FORMAT}\n`);
    return;
  }
  const format = Number.parseInt(readFileSync(stateFiles.format, 'utf8'), 10);
  if (format !== STATE_FORMAT) {
    throw new UserError(
      `${state} has format ${Number.isNaN(format) ? 'unknown' : format}, and this version of holdfast knows format ${STATE_FORMAT} only: use the version that made it`,
    );
  }
}

/** Makes the directory of the run-time files, and notes there whose it is. */
export function prepareRun(paths: ClusterPaths, { simulated = false } = {}): void {
  refuseLongPath(paths.runFiles.containerdSocket);
  try {
    mkdirSync(paths.run, { recursive: true, mode: 0o700 });
    if (!simulated) mkdirSync(paths.runFiles.cniConf, { recursive: true });
    const owner = { name: paths.name, home: paths.home, ...(simulated ? { simulated } : {}) };
    writeFileWhole(paths.runFiles.owner, `${JSON.stringify(owner)}\n`);
  } catch (error) {
    throw new UserError(
      `the directory of run-time files ${paths.run} could not be made: ${messageOf(error)} (HOLDFAST_RUN chooses another)`,
      { cause: error },
    );
  }
}

/** What the kernel takes as the path of a unix socket, bytes. */
const LONGEST_SOCKET_PATH = 107;

function refuseLongPath(longest: string): void {
  if (Buffer.byteLength(longest) <= LONGEST_SOCKET_PATH) return;
  throw new UserError(
    `${longest} is too long for the path of a socket (${LONGEST_SOCKET_PATH} bytes at most): set HOLDFAST_RUN to a shorter directory`,
  );
}

/** Refuses to start a second cluster of one name under another home: the two would share a network namespace and a cgroup. */
export function refuseNamesake(paths: ClusterPaths): void {
  if (existsSync(paths.run) || !namespaceExists(paths.netns)) return;
  const root = paths.run.slice(0, paths.run.lastIndexOf('/'));
  const other = (existsSync(root) ? readdirSync(root) : [])
    .map((id) => readJson(`${root}/${id}/owner.json`))
    .find(
      (owner) =>
        typeof owner === 'object' &&
        owner !== null &&
        Reflect.get(owner, 'name') === paths.name &&
        // One on paper has neither.
        Reflect.get(owner, 'simulated') !== true,
    );
  if (other === undefined) return;
  throw new UserError(
    `the cluster ${paths.name} that runs has its state under ${Reflect.get(Object(other), 'home')}: set HOLDFAST_HOME to that, or use another --cluster name`,
  );
}

/** Whether a cluster has ever been started here. */
export function hasState(paths: ClusterPaths): boolean {
  return existsSync(paths.stateFiles.format);
}

/** Removes the state directory, and the home when nothing else is in it. */
export function removeState(paths: ClusterPaths): void {
  rmSync(paths.state, { recursive: true, force: true });
  removeIfEmpty(paths.home);
}

/** Removes a directory that holds nothing. */
export function removeIfEmpty(directory: string): void {
  if (existsSync(directory) && statSync(directory).isDirectory() && readdirSync(directory).length === 0) {
    rmSync(directory, { recursive: true, force: true });
  }
}

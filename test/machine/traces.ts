import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cgroupTree, hierarchies } from '../../src/cluster/cgroups.js';
import type { ClusterPaths } from '../../src/cluster/index.js';
import { run } from '../../src/lib/run.js';

/** Everything on the machine that a cluster could have left, one line each, without what belongs to other clusters. */
export async function traces(paths: ClusterPaths): Promise<readonly string[]> {
  const [links, tables] = await Promise.all([
    run('ip', ['-json', 'link']).then(({ stdout }) => namesOf(stdout)),
    run('nft', ['list', 'tables']).then(({ stdout }) => stdout.split('\n')),
  ]);
  const all = [
    ...processes(paths).map((line) => `process ${line}`),
    ...mounts().map((point) => `mount ${point}`),
    ...entries('/run/netns').map((name) => `namespace ${name}`),
    ...hierarchies().flatMap(({ mountPoint }) =>
      cgroupTree(mountPoint).map((directory) => `cgroup ${directory}`),
    ),
    ...unixSockets().map((path) => `socket ${path}`),
    ...(await staleShims()).map((path) => `shim socket ${path}`),
    ...links.map((name) => `link ${name}`),
    ...tables.filter((line) => line !== '').map((line) => `rules ${line}`),
    ...files().map((path) => `file ${path}`),
  ];
  return all.filter((line) => !isOfAnother(line, paths)).sort();
}

/** What is there afterwards and was not before. */
export function added(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((line) => !before.includes(line));
}

/** Other clusters, and builds, may run at the same time: what bears their name is theirs. */
function isOfAnother(line: string, paths: ClusterPaths): boolean {
  if (/\.build-/.test(line)) return true;
  const mine = [paths.name, paths.run, paths.home].some((part) => line.includes(part));
  return !mine && /holdfast|\bhf-|process_api|\/run\/netns\/cni-/.test(line);
}

function namesOf(json: string): readonly string[] {
  const links: readonly { readonly ifname: string }[] = JSON.parse(json);
  return links.map(({ ifname }) => ifname);
}

function entries(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** Processes whose command line or cgroup names the cluster. */
function processes(paths: ClusterPaths): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const text = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') + read(`/proc/${pid}/cgroup`);
      const isOurs = [paths.run, paths.cgroup, `"name":"${paths.name}"`].some((part) => text.includes(part));
      return isOurs ? [`${pid} ${text.slice(0, 120)}`] : [];
    });
}

/** A file that may vanish while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function mounts(): readonly string[] {
  return read('/proc/self/mountinfo')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? []);
}

/** Named unix sockets, abstract ones too; those of shims are looked at by `staleShims`. */
function unixSockets(): readonly string[] {
  const paths = read('/proc/net/unix')
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split(' ').slice(7).join(' ') || []);
  return paths.filter((path) => /holdfast/.test(path));
}

/** Shims' sockets that no shim answers on: a living one belongs to another cluster. */
async function staleShims(): Promise<readonly string[]> {
  const all = entries('/run/containerd/s').map((name) => join('/run/containerd/s', name));
  const alive = await Promise.all(all.map(answers));
  return all.filter((_, index) => !alive[index]);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Files in the places that containerd, CNI and we are known to write to. */
function files(): readonly string[] {
  const directories = ['/run', '/run/holdfast', '/opt', '/etc/cni', '/var/lib', '/var/log'];
  return [
    ...directories.flatMap((directory) => entries(directory).map((name) => join(directory, name))),
    ...results(),
  ];
}

/** Cached results of CNI; those of loopback devices whose sandbox has a network belong to another cluster's living Pods. */
function results(): readonly string[] {
  const directory = '/var/lib/cni/results';
  const all = entries(directory);
  const isAlive = (file: string): boolean => {
    const id = /^cni-loopback-([0-9a-f]+)-lo$/.exec(file)?.[1];
    return id !== undefined && all.some((other) => other.endsWith(`-${id}-eth0`));
  };
  return all.filter((file) => !isAlive(file)).map((file) => join(directory, file));
}

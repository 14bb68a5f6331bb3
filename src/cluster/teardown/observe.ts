import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupProcesses, cgroupTree, hierarchies, trackingHierarchy } from '../cgroups.js';
import { namespaceExists } from '../netns/observe.js';
import type { ClusterPaths } from '../paths.js';
import { isAlive, type ProcessStat, readProcess, recordedProcess } from '../processes.js';
import type { Leftovers, Member } from './plan.js';

/** Where libcni keeps what it answered; the path is not configurable in containerd 1.6. */
const CNI_RESULTS = '/var/lib/cni/results';
/** Where shims listen; the path is part of containerd. */
const SHIM_SOCKETS = '/run/containerd/s';
/** containerd's own name for what the kubelet side of it runs. */
const CRI_NAMESPACE = 'k8s.io';

/** The mount points at or below the given directories, deepest first, from /proc/self/mountinfo. */
export function mountsBelow(mountinfo: string, directories: readonly string[]): readonly string[] {
  const points = mountinfo.split('\n').flatMap((line) => {
    const field = line.split(' ')[4];
    return field === undefined
      ? []
      : [
          field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
            String.fromCharCode(Number.parseInt(octal, 8)),
          ),
        ];
  });
  return points
    .filter((point) =>
      directories.some((directory) => point === directory || point.startsWith(`${directory}/`)),
    )
    .reverse();
}

/** The socket of a shim: containerd names it after its own address, the namespace and the sandbox. */
export function shimSocket(containerdSocket: string, id: string): string {
  const name = createHash('sha256')
    .update(join(containerdSocket, CRI_NAMESPACE, id))
    .digest('hex');
  return join(SHIM_SOCKETS, name);
}

function entries(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** A container's first process is a child of its shim, and shims run in the cgroup that containerd was started in. */
function roleOf(stat: ProcessStat, runtime: ReadonlySet<number>): Member['role'] {
  return !runtime.has(stat.pid) && runtime.has(stat.parent) ? 'init' : 'other';
}

function managersOf({ runFiles: { keeper, daemon, containerd } }: ClusterPaths): readonly Member[] {
  return [keeper, daemon, containerd]
    .map(recordedProcess)
    .filter(isAlive)
    .map((id) => ({ ...id, role: 'manager' }) as const);
}

function members(paths: ClusterPaths): readonly Member[] {
  const managers = managersOf(paths);
  const hierarchy = trackingHierarchy(hierarchies());
  if (hierarchy === undefined) return managers;
  const root = join(hierarchy.mountPoint, paths.cgroup);
  const runtime = new Set(cgroupProcesses(join(root, 'runtime')));
  const others = cgroupProcesses(root)
    .filter((pid) => !managers.some((manager) => manager.pid === pid))
    .flatMap((pid) => readProcess(pid) ?? [])
    .filter(isAlive)
    .map((stat) => ({ pid: stat.pid, startTime: stat.startTime, role: roleOf(stat, runtime) }));
  return [...managers, ...others];
}

/** Cached results of the sandboxes' networks: ours bear its name; of the loopback ones, which do not, those of the same sandboxes. */
export function ourResults(
  all: readonly string[],
  network: string,
  sandboxes: readonly string[],
): readonly string[] {
  const idOf = (file: string): string | undefined =>
    file.startsWith(`${network}-`)
      ? /^([0-9a-f]+)-[^-]+$/.exec(file.slice(network.length + 1))?.[1]
      : undefined;
  const ours = all.filter((file) => idOf(file) !== undefined);
  const ids = [...ours.map(idOf), ...sandboxes];
  return [...ours, ...all.filter((file) => ids.some((id) => file === `cni-loopback-${id}-lo`))];
}

function leftoverFiles(paths: ClusterPaths): readonly string[] {
  const tasks = entries(join(paths.runFiles.containerdState, 'io.containerd.runtime.v2.task', CRI_NAMESPACE));
  return [
    ...ourResults(entries(CNI_RESULTS), paths.network, tasks).map((file) => join(CNI_RESULTS, file)),
    ...tasks.map((id) => shimSocket(paths.runFiles.containerdSocket, id)).filter(existsSync),
    ...(existsSync(paths.run) ? [paths.run] : []),
  ];
}

/** What a simulated cluster can leave: its two processes and their files. A namesake's network and containers are not its own. */
function ofSimulated(paths: ClusterPaths): Leftovers {
  const files = existsSync(paths.run) ? [paths.run] : [];
  return { processes: managersOf(paths), mounts: [], namespace: false, cgroups: [], files };
}

/** Looks for everything that is left of a cluster outside its state directory. */
export function observeLeftovers(paths: ClusterPaths, simulated: boolean): Leftovers {
  if (simulated) return ofSimulated(paths);
  return {
    processes: members(paths),
    mounts: mountsBelow(readFileSync('/proc/self/mountinfo', 'utf8'), [paths.run, paths.state]),
    namespace: namespaceExists(paths.netns) || existsSync(paths.netns.path),
    cgroups: hierarchies().flatMap(({ mountPoint }) => cgroupTree(join(mountPoint, paths.cgroup))),
    files: leftoverFiles(paths),
  };
}

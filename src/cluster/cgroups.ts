import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrno } from '../lib/errors.js';

/** A mounted cgroup hierarchy: version 2, or one of version 1's. */
export interface Hierarchy {
  readonly mountPoint: string;
  readonly version: 1 | 2;
  /** Controllers of a version 1 hierarchy, and other mount options. */
  readonly options: readonly string[];
}

/** Finds the cgroup hierarchies among the lines of /proc/self/mounts. */
export function parseHierarchies(mounts: string): readonly Hierarchy[] {
  return mounts.split('\n').flatMap((line) => {
    const [, mountPoint, type, options] = line.split(' ');
    if (mountPoint === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return [];
    return [
      { mountPoint, version: type === 'cgroup2' ? 2 : 1, options: (options ?? '').split(',') } as const,
    ];
  });
}

/** The hierarchies of this machine. */
export function hierarchies(): readonly Hierarchy[] {
  return parseHierarchies(readFileSync('/proc/self/mounts', 'utf8'));
}

/**
 * The one hierarchy in which the cluster's processes are found again: that of `pids` where version 1 is in use, since runc puts
 * every container there; else version 2's.
 */
export function trackingHierarchy(all: readonly Hierarchy[]): Hierarchy | undefined {
  return (
    all.find(({ options }) => options.includes('pids')) ?? all.find(({ version }) => version === 2) ?? all[0]
  );
}

/** The cgroup that containerd and its shims run in, made where it is missing: the file to write a process number to. */
export function prepareRuntimeCgroup(cgroup: string): string | undefined {
  const hierarchy = trackingHierarchy(hierarchies());
  if (hierarchy === undefined) return undefined;
  const directory = join(hierarchy.mountPoint, cgroup, 'runtime');
  mkdirSync(directory, { recursive: true });
  return join(directory, 'cgroup.procs');
}

/** All directories of a cgroup and below, deepest first. */
export function cgroupTree(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  const below = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => cgroupTree(join(directory, entry.name)));
  return [...below, directory];
}

/** Numbers of the processes in a cgroup and below. */
export function cgroupProcesses(directory: string): readonly number[] {
  return cgroupTree(directory).flatMap((each) => {
    try {
      const text = readFileSync(join(each, 'cgroup.procs'), 'utf8');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map(Number);
    } catch (error) {
      if (hasErrno(error, 'ENOENT', 'ENODEV')) return [];
      throw error;
    }
  });
}

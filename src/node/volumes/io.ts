import { lchown, readFile } from 'node:fs/promises';
import type { Clock } from '../../lib/clock.js';
import { run } from '../../lib/run.js';
import { mountPointsOf } from './mount-info.js';

/** How a file system in memory is made. */
export interface TmpfsOptions {
  /** Half of the machine's memory when undefined. */
  readonly sizeBytes?: number;
  readonly mode: number;
  /** The group of its root directory. */
  readonly gid?: number;
}

/** What volumes need of the machine beyond plain files: the calls that only root may make, and the time. */
export interface VolumeIo {
  mountTmpfs(path: string, options: TmpfsOptions): Promise<void>;
  /** `lazily` takes it out of sight now and lets it go when its last user does. */
  unmount(path: string, options: { readonly lazily: boolean }): Promise<void>;
  /** Mount points in the order in which they were mounted; one that is mounted over stands there twice. */
  mountPoints(): Promise<readonly string[]>;
  /** Changes owner and group, of a symbolic link itself. */
  chown(path: string, owner: { readonly uid: number; readonly gid: number }): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

const UNMOUNT_TIMEOUT_MS = 20_000;

/** The machine itself; needs root. */
export function systemVolumeIo({ clock }: { readonly clock: Clock }): VolumeIo {
  return {
    async mountTmpfs(path, { sizeBytes, mode, gid }) {
      const options = [`mode=${mode.toString(8)}`];
      if (sizeBytes !== undefined) options.push(`size=${sizeBytes}`);
      if (gid !== undefined) options.push(`gid=${gid}`);
      await run('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', path]);
    },
    async unmount(path, { lazily }) {
      await run('umount', [...(lazily ? ['--lazy'] : []), '--', path], { timeoutMs: UNMOUNT_TIMEOUT_MS });
    },
    async mountPoints() {
      return mountPointsOf(await readFile('/proc/self/mountinfo', 'utf8'));
    },
    chown: (path, { uid, gid }) => lchown(path, uid, gid),
    now: () => clock.now(),
  };
}

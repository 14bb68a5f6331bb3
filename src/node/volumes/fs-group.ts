import type { Stats } from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeIo } from './io.js';

const READ_WRITE = 0o660;
const SEARCH = 0o110;
const SET_GID = 0o2000;
const PERMISSIONS = 0o7777;

/** Which group gets a volume's files; `always` even when its root directory has it already. */
export interface GroupOptions {
  readonly gid: number;
  readonly always: boolean;
  readonly io: VolumeIo;
}

/**
 * Gives a volume to a Pod's fsGroup as the kubelet does: group and read-write access for everything, new files
 * inheriting the group. The root comes last, so that one which was cut short does not look done.
 */
export async function giveToGroup(root: string, options: GroupOptions): Promise<void> {
  if (!options.always && isGiven(await lstat(root), options.gid)) return;
  await giveTree(root, options);
}

function wantedMode(stats: Stats): number {
  const mode = (stats.mode & PERMISSIONS) | READ_WRITE;
  return stats.isDirectory() ? mode | SEARCH | SET_GID : mode;
}

function isGiven(stats: Stats, gid: number): boolean {
  return stats.gid === gid && (stats.mode & PERMISSIONS) === wantedMode(stats);
}

async function giveTree(path: string, options: GroupOptions): Promise<void> {
  const stats = await lstat(path);
  if (stats.isDirectory()) {
    for (const name of await readdir(path)) await giveTree(join(path, name), options);
  }
  // chown may clear mode bits, so the mode comes after it; a link has no mode of its own.
  if (stats.gid !== options.gid) await options.io.chown(path, { uid: stats.uid, gid: options.gid });
  if (!stats.isSymbolicLink() && !isGiven(await lstat(path), options.gid))
    await chmod(path, wantedMode(stats));
}

import { lstat, readdir, realpath, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../../lib/errors.js';
import { lstatOf } from './disk.js';
import type { VolumeIo } from './io.js';
import { isAtOrBelow } from './mount-info.js';

/** Whose directory goes. */
export interface RemoveOptions {
  readonly podsDir: string;
  readonly uid: string;
  readonly io: VolumeIo;
}

/** The uids of Pods that have a directory, of this daemon or a former one. */
export async function listPodDirectories({
  podsDir,
}: {
  readonly podsDir: string;
}): Promise<readonly string[]> {
  try {
    const entries = await readdir(podsDir, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

/**
 * Unmounts all that is mounted below a Pod's directory and removes the directory. Its containers must be gone. Does
 * nothing when there is none, and never removes anything beyond a mount point or a symbolic link.
 */
export async function removePodVolumes({ podsDir, uid, io }: RemoveOptions): Promise<void> {
  if (uid === '' || uid === '.' || uid === '..' || uid.includes('/')) {
    throw new Error(`"${uid}" is not the uid of a Pod: its directory below ${podsDir} is not removed`);
  }
  const found = await lstatOf(join(podsDir, uid));
  if (!found) return;
  if (!found.isDirectory()) throw new Error(`${join(podsDir, uid)} is not a directory, so it is not removed`);
  const podDir = join(await realpath(podsDir), uid);
  await unmountBelow(podDir, io);
  await removeTree(podDir, found.dev);
}

async function unmountBelow(podDir: string, io: VolumeIo): Promise<void> {
  const mounted = (await io.mountPoints()).filter((point) => isAtOrBelow(point, podDir));
  for (const point of mounted.toReversed()) {
    try {
      await io.unmount(point, { lazily: false });
    } catch {
      // Somebody still uses it. Out of sight it cannot be removed by mistake, and goes with its last user.
      await io.unmount(point, { lazily: true });
    }
  }
  const left = (await io.mountPoints()).find((point) => isAtOrBelow(point, podDir));
  if (left !== undefined) throw new Error(`${podDir} is not removed, since ${left} is still mounted`);
}

/** `rm -r` that stops at another file system: mounts that came in between are not emptied. */
async function removeTree(path: string, device: number): Promise<void> {
  if ((await lstat(path)).dev !== device)
    throw new Error(`${path} is not removed: it is on another file system`);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await removeTree(child, device);
    else await unlink(child);
  }
  await rmdir(path);
}

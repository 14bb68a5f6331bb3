import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasErrno } from '../../lib/errors.js';
import type { VolumeIo } from './io.js';

/** The state of a path itself, undefined when there is none. */
export async function lstatOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Makes the directories above a path of a Pod, for root only: what is below may be a secret. */
export async function makeParents(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
}

/** How a new directory is to look. */
export interface DirectoryOptions {
  readonly mode: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly io: VolumeIo;
}

/** Makes a directory with its owner and mode in one step, so that one that is there is also finished; false when it was there. */
export async function makeDirectoryOnce(path: string, options: DirectoryOptions): Promise<boolean> {
  if (await lstatOf(path)) return false;
  await makeParents(path);
  const unfinished = `${path}~new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (options.owner) await options.io.chown(unfinished, options.owner);
  await chmod(unfinished, options.mode);
  await rename(unfinished, path);
  return true;
}

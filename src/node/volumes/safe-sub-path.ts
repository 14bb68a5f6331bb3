import { chmod, lstat, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../../lib/errors.js';
import { lstatOf } from './disk.js';
import { isAtOrBelow } from './mount-info.js';
import { VolumeError } from './volume-error.js';

const SET_GID = 0o2000;

/**
 * The real path of a part of a volume, free of symbolic links and inside the volume; what is missing is made as
 * directories with the mode of the volume's own. Throws a VolumeError when a link leads out of the volume.
 */
export async function resolveSubPath(volume: string, subPath: string): Promise<string> {
  const root = await realpath(volume);
  const mode = (await lstat(root)).mode & 0o777;
  let path = root;
  for (const part of subPath.split('/').filter((name) => name !== '' && name !== '.')) {
    if (part === '..')
      throw new VolumeError(`unable to provision SubPath \`${subPath}\`: must not contain '..'`);
    path = await step(root, join(path, part), mode);
  }
  return path;
}

async function step(root: string, path: string, mode: number): Promise<string> {
  const found = await statOfStep(path);
  if (found?.isSymbolicLink()) return follow(root, path);
  if (!found) {
    await mkdir(path);
    const inherited = (await lstat(path)).mode & SET_GID;
    await chmod(path, mode | inherited);
  }
  return path;
}

async function statOfStep(path: string): ReturnType<typeof lstatOf> {
  try {
    return await lstatOf(path);
  } catch (error) {
    if (!hasErrno(error, 'ENOTDIR')) throw error;
    throw new VolumeError(`subpath ${path} is below a file`, { cause: error });
  }
}

async function follow(root: string, path: string): Promise<string> {
  const target = await realpath(path).catch((cause: unknown) => {
    throw new VolumeError(`subpath ${path} is a symbolic link that leads nowhere`, { cause });
  });
  if (!isAtOrBelow(target, root))
    throw new VolumeError(`subpath "${target}" not within volume path "${root}"`);
  return target;
}

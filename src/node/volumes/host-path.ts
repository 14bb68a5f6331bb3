import type { Stats } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { hasErrno } from '../../lib/errors.js';
import type { HostPathPreparation } from './types.js';
import { VolumeError } from './volume-error.js';

/** Checks a path of the host against its type, and makes it when the type says so. */
export async function prepareHostPath({ path, pathType }: HostPathPreparation): Promise<void> {
  const found = await statOf(path);
  switch (pathType) {
    case '':
      // The runtime would make it when it mounts it; done here, a subPath of it works too.
      if (!found) await mkdir(path, { recursive: true, mode: 0o755 });
      return;
    case 'DirectoryOrCreate':
      if (!found) await mkdir(path, { recursive: true, mode: 0o755 });
      else requireType(path, found.isDirectory(), 'directory');
      return;
    case 'FileOrCreate':
      if (!found) await (await open(path, 'a', 0o644)).close();
      else requireType(path, found.isFile(), 'file');
      return;
    case 'Directory':
      return requireType(path, found?.isDirectory() ?? false, 'directory');
    case 'File':
      return requireType(path, found?.isFile() ?? false, 'file');
  }
}

/** The state of what a path leads to, undefined when that is nothing. */
export async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function requireType(path: string, fits: boolean, type: string): void {
  if (!fits) throw new VolumeError(`hostPath type check failed: ${path} is not a ${type}`);
}

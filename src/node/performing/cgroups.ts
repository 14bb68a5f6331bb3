import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../../lib/errors.js';

/** Removes an empty cgroup, with the empty ones in it, from every hierarchy. One that is still used is left to the next try. */
export async function removeCgroup(root: string, path: string): Promise<void> {
  const hierarchies = await readdir(root).catch(() => []);
  // Under a unified hierarchy the root itself is the one.
  for (const base of [root, ...hierarchies.map((name) => join(root, name))])
    await removeTree(join(base, path));
}

async function removeTree(folder: string): Promise<void> {
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) await removeTree(join(folder, entry.name));
    }
    await rmdir(folder);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR', 'EBUSY')) throw error;
  }
}

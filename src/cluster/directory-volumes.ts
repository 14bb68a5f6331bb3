import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeStore } from '../controllers/volume-provisioner/volume-store.js';
import { hasErrno } from '../lib/errors.js';

/** A volume on its way out bears this in front, so that a crash half-way leaves nothing that looks whole. */
const GOING = '.going-';

function pathOf(root: string, name: string): string {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name))
    throw new Error(`volume name ${JSON.stringify(name)} cannot be a directory`);
  return join(root, name);
}

/** Volumes as directories on the host's file system: nothing is faster. Whatever user a container runs as may write there. */
export function directoryVolumes(root: string): VolumeStore {
  return {
    create: async (name) => {
      const path = pathOf(root, name);
      await mkdir(path, { recursive: true });
      await chmod(path, 0o777);
      return path;
    },
    delete: async (name) => {
      const going = join(root, `${GOING}${name}`);
      await rename(pathOf(root, name), going).catch((error: unknown) => {
        if (!hasErrno(error, 'ENOENT')) throw error;
      });
      await rm(going, { recursive: true, force: true });
    },
  };
}

import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeStore } from './volume-store.js';

/** Volumes as directories below one directory. */
export class DirectoryVolumeStore implements VolumeStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async create(name: string): Promise<string> {
    const path = this.#pathOf(name);
    await mkdir(path, { recursive: true });
    // Containers run as any user; what mkdir gives is cut down by the umask.
    await chmod(path, 0o777);
    return path;
  }

  async delete(name: string): Promise<void> {
    await rm(this.#pathOf(name), { recursive: true, force: true });
  }

  /** Only names that the provisioner gives: what is deleted here is gone for good. */
  #pathOf(name: string): string {
    if (!/^pvc-[0-9a-f-]+$/.test(name)) {
      throw new Error(`volume "${name}" below ${this.#root} is refused: the provisioner gives names like pvc-UID`);
    }
    return join(this.#root, name);
  }
}

import type { VolumeStore } from './volume-store.js';

/** Volumes that exist only on paper, for simulated nodes. */
export class MemoryVolumeStore implements VolumeStore {
  readonly #names = new Set<string>();

  /** The volumes there are, oldest first. */
  get names(): readonly string[] {
    return [...this.#names];
  }

  async create(name: string): Promise<string> {
    this.#names.add(name);
    return `/simulated/volumes/${name}`;
  }

  async delete(name: string): Promise<void> {
    this.#names.delete(name);
  }
}

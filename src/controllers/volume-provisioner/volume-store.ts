/** Where volumes live. Both calls may be repeated: a volume that is there already, or gone already, is not an error. */
export interface VolumeStore {
  /** Makes room for a volume; resolves with its path on the node. */
  create(name: string): Promise<string>;
  /** Removes a volume and all its data. */
  delete(name: string): Promise<void>;
}

import type { PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.js';

/** One deed of the provisioner. */
export type ProvisionerAction =
  /** Makes the directory, then the volume; its path is filled in from the directory. */
  | { readonly type: 'provision'; readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }
  /** Writes the size that the claim asks for now; a directory takes what the file system has. */
  | { readonly type: 'grow'; readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }
  /** Removes the directory, then the volume. */
  | { readonly type: 'remove'; readonly volume: PersistentVolume };

/** Names an action in a log line or an error. */
export function describeAction(action: ProvisionerAction): string {
  return `${action.type} PersistentVolume ${action.volume.metadata?.name}`;
}

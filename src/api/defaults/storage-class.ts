import type { StorageClass } from '../generated/storage-v1.js';
import { fill } from './fill.js';

/** A StorageClass's defaults. */
export function defaultStorageClass(storageClass: StorageClass): StorageClass {
  return fill(storageClass, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
}

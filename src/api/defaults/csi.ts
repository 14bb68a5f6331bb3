import type { CSIDriver, CSIStorageCapacity } from '../generated/storage-v1.js';
import { canonicalQuantity } from '../quantity.js';
import { change, fill } from './fill.js';

/** A CSIDriver's defaults: its volumes are attached, and mounted for the life of a claim. */
export function defaultCSIDriver(driver: CSIDriver): CSIDriver {
  return change(driver, 'spec', (spec) => {
    const modes = spec.volumeLifecycleModes ?? [];
    return {
      ...fill(spec, {
        attachRequired: true,
        podInfoOnMount: false,
        storageCapacity: false,
        fsGroupPolicy: 'ReadWriteOnceWithFSType',
        requiresRepublish: false,
        seLinuxMount: false,
      }),
      volumeLifecycleModes: modes.length > 0 ? modes : ['Persistent'],
    };
  });
}

/** A CSIStorageCapacity with its quantities as Kubernetes stores them. */
export function defaultCSIStorageCapacity(capacity: CSIStorageCapacity): CSIStorageCapacity {
  return change(change(capacity, 'capacity', canonicalQuantity), 'maximumVolumeSize', canonicalQuantity);
}

import type { PersistentVolume } from '../generated/core-v1.js';
import { canonicalAmounts, change, fill } from './fill.js';
import { defaultSharedSources } from './volume-sources.js';

/** A PersistentVolume's defaults. */
export function defaultPersistentVolume(volume: PersistentVolume): PersistentVolume {
  const status = fill(volume.status ?? {}, { phase: 'Pending' });
  const withSpec = change(volume, 'spec', (spec) => {
    const filled = fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
    return defaultSharedSources(change(filled, 'capacity', canonicalAmounts));
  });
  return { ...withSpec, status };
}

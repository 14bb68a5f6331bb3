export { systemVolumeIo, type VolumeIo } from './io.js';
export { planVolumes } from './plan.js';
export { planImageVolumes } from './plan-mounts.js';
export { mountsOf, prepareVolumes, refreshVolumes } from './prepare.js';
export { volumeReferences } from './references.js';
export { listPodDirectories, removePodVolumes } from './remove.js';
export type { ImageVolume, VolumeObjects, VolumePlan } from './types.js';
export { emptyDirsOverLimit } from './usage.js';
export { failedMountMessage, VolumesNotReadyError } from './volume-error.js';

export { systemVolumeIo, type TmpfsOptions, type VolumeIo } from './io.js';
export { planVolumes } from './plan.js';
export { planImageVolumes } from './plan-mounts.js';
export {
  type MountsOptions,
  mountsOf,
  type PrepareOptions,
  prepareVolumes,
  refreshVolumes,
} from './prepare.js';
export { mountedVolumes, type VolumeReferences, volumeReferences } from './references.js';
export { listPodDirectories, type RemoveOptions, removePodVolumes } from './remove.js';
export type { ImageVolume, PlanVolumesOptions, VolumeObjects, VolumePlan, VolumeProblem } from './types.js';
export { emptyDirsOverLimit, type OverLimit } from './usage.js';
export { failedMountMessage, VolumesNotReadyError } from './volume-error.js';

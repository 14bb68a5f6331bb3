import type { VolumeProblem } from './types.js';

/** Why one volume cannot be planned or prepared; the caller knows which volume it is. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}

/** A problem as the kubelet words it in Event FailedMount. */
export function failedMountMessage({ volume, message }: VolumeProblem): string {
  return `MountVolume.SetUp failed for volume "${volume}" : ${message}`;
}

/** Some volumes of a Pod cannot be had now: raise Event FailedMount, and try again when an object changes or later. */
export class VolumesNotReadyError extends Error {
  override readonly name = 'VolumesNotReadyError';
  readonly problems: readonly VolumeProblem[];

  constructor(problems: readonly VolumeProblem[]) {
    super(problems.map(failedMountMessage).join('; '), { cause: problems[0]?.cause });
    this.problems = problems;
  }
}

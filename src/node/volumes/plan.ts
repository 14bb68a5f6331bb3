import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Volume } from '../../api/generated/core-v1.js';
import { planContainerMounts } from './plan-mounts.js';
import { planSource, type SourceContext } from './plan-source.js';
import { mountedVolumes } from './references.js';
import type { PlanVolumesOptions, VolumePlan, VolumePreparation, VolumeProblem } from './types.js';
import { VolumeError } from './volume-error.js';

/** Decides what a Pod's volumes need and where its containers mount them; what is missing becomes a problem. */
export function planVolumes({ pod, objects, podsDir }: PlanVolumesOptions): VolumePlan {
  const podDir = join(podsDir, pod.metadata?.uid ?? '');
  const outcomes = mountedVolumes(pod).map((volume) => planOne(volume, { pod, objects, podDir }));
  const preparations = outcomes.flatMap(({ preparation }) => preparation ?? []);
  const { mounts, problems } = planContainerMounts(pod, preparations);
  const all = [...outcomes.flatMap(({ problem }) => problem ?? []), ...problems];
  return { podDir, version: versionOf(preparations, all), preparations, mounts, problems: all };
}

interface Outcome {
  readonly preparation?: VolumePreparation;
  readonly problem?: VolumeProblem;
}

function planOne(volume: Volume, context: SourceContext): Outcome {
  try {
    return { preparation: planSource(volume, context) };
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    return { problem: { volume: volume.name, message: error.message } };
  }
}

function versionOf(preparations: readonly VolumePreparation[], problems: readonly VolumeProblem[]): string {
  const hash = createHash('sha256').update(JSON.stringify(problems));
  for (const preparation of preparations) {
    const files = preparation.type === 'files' ? preparation.files : [];
    hash.update(
      JSON.stringify({ ...preparation, files: files.map(({ path, mode, uid }) => [path, mode, uid]) }),
    );
    for (const { content } of files) hash.update(`${content.length}:`).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}

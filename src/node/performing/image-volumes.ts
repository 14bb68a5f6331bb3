import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Pod } from '../../api/generated/core-v1.js';
import { hasErrno } from '../../lib/errors.js';
import { run } from '../../lib/run.js';
import type { NodeContext } from '../context.js';
import { lstatOf } from '../volumes/disk.js';
import { type ImageVolume, planImageVolumes, type VolumePlan } from '../volumes/index.js';

/** A container that is about to be made, and the directories that its image declares as VOLUME. */
export interface ImageVolumeRequest {
  readonly pod: Pod;
  readonly container: string;
  readonly plan: VolumePlan;
  readonly declared: readonly string[];
}

/**
 * Directories that an image declares as VOLUME live as long as the Pod. The runtime makes them for the first container, with what the
 * image has in them and with its owners; before the next one is made they are taken over from the container that has ended. Gives
 * those that are ours by now, to be mounted.
 */
export async function keepImageVolumes(
  context: NodeContext,
  request: ImageVolumeRequest,
): Promise<readonly ImageVolume[]> {
  const { pod, container, plan, declared } = request;
  const planned = planImageVolumes(
    plan,
    container,
    declared.map((path) => ({ path })),
  );
  if (planned.length === 0) return [];
  const before = context.view.container(pod.metadata?.uid ?? '', container);
  const sources =
    before === undefined ? new Map<string, string>() : await context.runtime.ownVolumes(before.id);
  const kept: ImageVolume[] = [];
  for (const { path, hostPath } of planned) {
    const source = sources.get(path);
    if (
      (await lstatOf(hostPath)) !== undefined ||
      (source !== undefined && (await takeOver(source, hostPath)))
    )
      kept.push({ path });
  }
  return kept;
}

async function takeOver(source: string, target: string): Promise<boolean> {
  await mkdir(dirname(target), { recursive: true });
  try {
    await rename(source, target);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return false;
    if (!hasErrno(error, 'EXDEV')) throw error;
    await run('cp', ['--archive', source, target]);
    return true;
  }
}

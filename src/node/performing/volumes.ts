import type { Pod } from '../../api/generated/core-v1.js';
import type { PrepareVolumes, ReleasePod } from '../actions.js';
import { type NodeContext, podReference, volumeObjects } from '../context.js';
import { podCgroup } from '../pod/sandbox-config.js';
import { StepError } from '../pod/step-error.js';
import {
  failedMountMessage,
  planVolumes,
  prepareVolumes,
  refreshVolumes,
  removePodVolumes,
  type VolumePlan,
  VolumesNotReadyError,
} from '../volumes/index.js';
import { removeCgroup } from './cgroups.js';

/** The plan for the Pod's volumes as the caches have things now. */
export function volumePlanOf(context: NodeContext, pod: Pod): VolumePlan {
  return planVolumes({ pod, objects: volumeObjects(context, pod), podsDir: context.sandbox.places.pods });
}

/** Begins to make the Pod's volumes, or to bring their files up to date. */
export function beginVolumes(context: NodeContext, { pod }: PrepareVolumes): void {
  const uid = pod.metadata?.uid ?? '';
  const memory = context.memories.of(uid);
  context.memories.begin({
    uid,
    key: 'volumes',
    local: true,
    async run() {
      const plan = volumePlanOf(context, pod);
      if (memory.preparedVolumes === undefined) await prepare(context, pod, plan);
      else await refreshVolumes({ plan, io: context.volumeIo });
      memory.preparedVolumes = plan.version;
      memory.released = false;
    },
  });
}

async function prepare(context: NodeContext, pod: Pod, plan: VolumePlan): Promise<void> {
  try {
    await prepareVolumes({ plan, io: context.volumeIo });
  } catch (error) {
    if (!(error instanceof VolumesNotReadyError)) throw error;
    const messages = error.problems.map(failedMountMessage);
    for (const message of messages)
      context.events.event(podReference(pod), 'Warning', 'FailedMount', message);
    throw new StepError('FailedMount', messages.join('; '), { cause: error });
  }
}

/** Begins to unmount and remove what the Pod had here. */
export function releasePod(context: NodeContext, { pod }: ReleasePod): void {
  const uid = pod.metadata?.uid ?? '';
  context.memories.begin({
    uid,
    key: 'release',
    local: true,
    async run() {
      await releaseUid(context, uid);
      const memory = context.memories.of(uid);
      memory.released = true;
      memory.preparedVolumes = undefined;
    },
  });
}

/** Unmounts and removes what a Pod had here, apart from its claims and its logs. */
export async function releaseUid(context: NodeContext, uid: string): Promise<void> {
  await removePodVolumes({ podsDir: context.sandbox.places.pods, uid, io: context.volumeIo });
  await removeCgroup(context.cgroupRoot, podCgroup(context.sandbox.cgroupParent, uid));
}

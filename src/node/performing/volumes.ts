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
  type VolumeProblem,
  VolumesNotReadyError,
} from '../volumes/index.js';
import { removeCgroup } from './cgroups.js';
import { renewTokens } from './tokens.js';

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
      const missing = await renewTokens(context, pod);
      const plan = volumePlanOf(context, pod);
      if (memory.preparedVolumes === undefined) await prepare(context, pod, { plan, missing });
      else await refresh(context, pod, { plan, missing });
      memory.preparedVolumes = plan.version;
      memory.released = false;
    },
  });
}

/** A plan, and the tokens that could not be had for it. */
interface Preparing {
  readonly plan: VolumePlan;
  readonly missing: readonly VolumeProblem[];
}

async function prepare(context: NodeContext, pod: Pod, { plan, missing }: Preparing): Promise<void> {
  const reasons = new Map(missing.map((problem) => [problem.volume, problem]));
  const problems = plan.problems.map((problem) => reasons.get(problem.volume) ?? problem);
  try {
    await prepareVolumes({ plan: { ...plan, problems }, io: context.volumeIo });
  } catch (error) {
    if (error instanceof VolumesNotReadyError) fail(context, pod, error);
    throw error;
  }
}

/** Whatever can be brought up to date is, also when a token cannot be renewed. */
async function refresh(context: NodeContext, pod: Pod, { plan, missing }: Preparing): Promise<void> {
  await refreshVolumes({ plan, io: context.volumeIo });
  if (missing.length > 0) fail(context, pod, new VolumesNotReadyError(missing));
}

function fail(context: NodeContext, pod: Pod, error: VolumesNotReadyError): never {
  const messages = error.problems.map(failedMountMessage);
  for (const message of messages) context.events.event(podReference(pod), 'Warning', 'FailedMount', message);
  throw new StepError('FailedMount', messages.join('; '), { cause: error });
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
      memory.tokens.clear();
    },
  });
}

/** Unmounts and removes what a Pod had here, apart from its claims and its logs. */
export async function releaseUid(context: NodeContext, uid: string): Promise<void> {
  await removePodVolumes({ podsDir: context.sandbox.places.pods, uid, io: context.volumeIo });
  await removeCgroup(context.cgroupRoot, podCgroup(context.sandbox.cgroupParent, uid));
}

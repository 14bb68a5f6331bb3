import type { EnsureImage } from '../actions.js';
import { containerOf, containerReference, type NodeContext } from '../context.js';
import { ImageError, type ImageProgress, type ImagePullPolicy } from '../images/image-source.js';
import { goDuration } from '../planning/restart.js';
import { StepError, slowRetry } from '../pod/step-error.js';

/** What seeing to an image takes. */
type ImageContext = Pick<NodeContext, 'events' | 'images' | 'memories'>;

/** Begins to see to a container's image. */
export function ensureImage(context: ImageContext, { pod, container: name }: EnsureImage): void {
  const uid = pod.metadata?.uid ?? '';
  const container = containerOf(pod, name);
  const reference = container.image ?? '';
  const about = containerReference(pod, name);
  const tell = (progress: ImageProgress): void => {
    const told = progressEvent(reference, progress);
    context.events.event(about, progress.type === 'standIn' ? 'Warning' : 'Normal', ...told);
  };
  context.memories.begin({
    uid,
    key: `image:${name}`,
    local: true,
    async run(signal) {
      try {
        const image = await context.images.ensure(reference, policyOf(container.imagePullPolicy), {
          signal,
          onProgress: tell,
        });
        context.memories.of(uid).images.set(name, image);
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        const message =
          error.reason === 'ErrImagePull'
            ? `Failed to pull image "${reference}": ${error.message}`
            : error.message;
        context.events.event(
          about,
          'Warning',
          error.reason === 'InvalidImageName' ? 'InspectFailed' : 'Failed',
          message,
        );
        context.events.event(about, 'Warning', 'Failed', `Error: ${error.reason}`);
        throw new StepError(error.reason, message, { retry: slowRetry, cause: error });
      }
    },
  });
}

function policyOf(policy: string | undefined): ImagePullPolicy {
  return policy === 'Always' || policy === 'Never' ? policy : 'IfNotPresent';
}

function progressEvent(
  reference: string,
  progress: ImageProgress,
): readonly [reason: string, message: string] {
  switch (progress.type) {
    case 'present':
      return ['Pulled', `Container image "${reference}" already present on machine`];
    case 'pulling':
      return ['Pulling', `Pulling image "${reference}"`];
    case 'pulled': {
      const took = progress.durationMs < 1000 ? `${progress.durationMs}ms` : goDuration(progress.durationMs);
      return [
        'Pulled',
        `Successfully pulled image "${reference}" in ${took} (${took} including waiting). Image size: ${progress.sizeBytes} bytes.`,
      ];
    }
    case 'building':
      return ['BuildingImage', progress.line];
    case 'standIn':
      return ['ImageStandIn', progress.message];
  }
}

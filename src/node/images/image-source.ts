import type { Clock } from '../../lib/clock.js';
import type { ContainerRuntime } from '../cri/container-runtime.js';
import { isRuntimeUnavailable, runtimeDetail } from '../cri/runtime-error.js';
import { normalizeReference, parseReference } from './reference.js';

/** When an image is fetched: spec.containers[].imagePullPolicy. */
export type ImagePullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** What happens while an image is seen to. Durations in milliseconds, sizes in bytes. */
export type ImageProgress =
  | { readonly type: 'present' }
  | { readonly type: 'pulling' }
  | { readonly type: 'pulled'; readonly durationMs: number; readonly sizeBytes: number }
  /** One line of how the image is made on this machine. */
  | { readonly type: 'building'; readonly line: string }
  | { readonly type: 'standIn'; readonly message: string };

/** An image that is there to be run. */
export interface EnsuredImage {
  /** What the runtime is asked to run. */
  readonly runReference: string;
  readonly imageId: string;
  /** The image that stands in for the one that was asked for. */
  readonly standIn?: string;
}

/** How an image is asked for. */
export interface EnsureOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImageProgress) => void;
}

/** Sees to it that images are on this node. Rejects with an ImageError. */
export interface ImageSource {
  ensure(reference: string, policy: ImagePullPolicy, options: EnsureOptions): Promise<EnsuredImage>;
}

/** Why an image cannot be had, in the word that the Pod's status has for it. */
export type ImageFailure = 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName' | 'ImageInspectError';

/** An image that cannot be had. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly reason: ImageFailure;

  constructor(reason: ImageFailure, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** Images as the container runtime pulls them, with nothing standing in for anything. */
export function createCriImageSource(runtime: ContainerRuntime, clock: Clock): ImageSource {
  return {
    async ensure(reference, policy, { signal, onProgress }) {
      if (parseReference(reference) === undefined) {
        throw new ImageError(
          'InvalidImageName',
          `Failed to apply default image tag "${reference}": couldn't parse image name "${reference}": invalid reference format`,
        );
      }
      const full = normalizeReference(reference);
      const present = policy === 'Always' ? undefined : await look(runtime, full);
      if (present !== undefined) {
        onProgress({ type: 'present' });
        return present;
      }
      if (policy === 'Never') {
        throw new ImageError(
          'ErrImageNeverPull',
          `Container image "${reference}" is not present with pull policy of Never`,
        );
      }
      onProgress({ type: 'pulling' });
      const startedMs = clock.now();
      const imageId = await pull(runtime, full, signal);
      const sizeBytes = (await runtime.image(full))?.size ?? 0;
      onProgress({ type: 'pulled', durationMs: clock.now() - startedMs, sizeBytes });
      return { runReference: full, imageId };
    },
  };
}

async function look(runtime: ContainerRuntime, reference: string): Promise<EnsuredImage | undefined> {
  try {
    const found = await runtime.image(reference);
    return found === undefined ? undefined : { runReference: reference, imageId: found.id };
  } catch (error) {
    if (isRuntimeUnavailable(error)) throw error;
    throw new ImageError(
      'ImageInspectError',
      `Failed to inspect image "${reference}": ${runtimeDetail(error)}`,
      { cause: error },
    );
  }
}

async function pull(runtime: ContainerRuntime, reference: string, signal: AbortSignal): Promise<string> {
  try {
    return await runtime.pullImage(reference, signal);
  } catch (error) {
    if (isRuntimeUnavailable(error)) throw error;
    throw new ImageError('ErrImagePull', runtimeDetail(error), { cause: error });
  }
}

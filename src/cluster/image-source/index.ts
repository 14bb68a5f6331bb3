import {
  classifyPullFailure,
  findStandIn,
  mayStandIn,
  normalizeReference,
  RECIPE_DOMAIN,
} from '../../images/index.js';
import { messageOf } from '../../lib/errors.js';
import type { ContainerRuntime } from '../../node/cri/container-runtime.js';
import {
  type EnsuredImage,
  type EnsureOptions,
  ImageError,
  type ImagePullPolicy,
  type ImageSource,
} from '../../node/images/image-source.js';
import { prepareRegistry } from './registry-hosts.js';
import { type LoadRecipe, shareLoads } from './shared-loads.js';
import type { StandInRecord } from './stand-ins.js';

/** What the node's images come from. */
export interface ImageSourceDeps {
  /** Pulls as the runtime does. */
  readonly pulled: ImageSource;
  readonly runtime: Pick<ContainerRuntime, 'image'>;
  readonly record: StandInRecord;
  /** Loads the image of a recipe into containerd, from the cache or built now; resolves with its references, its version first. */
  readonly load: LoadRecipe;
  /** Where containerd looks for how to reach a registry. */
  readonly registries: string;
}

/**
 * Images of the node: pulled by containerd as anywhere, made from recipes where the name says so (`holdfast.local/NAME`), and, where no
 * registry can be reached, replaced by a declared stand-in. Once a stand-in was chosen in a cluster, it is used from then on, and what was
 * once pulled is never replaced by one.
 */
export function createImageSource(deps: ImageSourceDeps): ImageSource {
  const shared = shareLoads(deps.load);
  return {
    ensure: async (reference, policy, options) => {
      const load: Call['load'] = (recipe) =>
        shared(recipe, (line) => options.onProgress({ type: 'building', line }));
      const full = tryNormalize(reference);
      if (full === undefined) return deps.pulled.ensure(reference, policy, options);
      if (full.startsWith(`${RECIPE_DOMAIN}/`)) return fromRecipe(full, { deps, load, policy, options });
      const chosen = deps.record.get(full);
      if (chosen !== undefined) return standIn(full, chosen, { deps, load, policy, options });
      prepareRegistry(deps.registries, reference);
      try {
        return await deps.pulled.ensure(reference, policy, options);
      } catch (error) {
        return await insteadOf(full, error, { deps, load, policy, options });
      }
    },
  };
}

interface Call {
  readonly deps: ImageSourceDeps;
  readonly load: (recipe: string) => Promise<readonly string[]>;
  readonly policy: ImagePullPolicy;
  readonly options: EnsureOptions;
}

function tryNormalize(reference: string): string | undefined {
  try {
    return normalizeReference(reference);
  } catch {
    return undefined;
  }
}

/** `holdfast.local/mysql:latest` is made by recipe `mysql`. */
function recipeOf(reference: string): string {
  return reference.slice(RECIPE_DOMAIN.length + 1).replace(/[:@].*$/, '');
}

/** An image that is made here is never asked of a registry, whatever the pull policy says. */
async function fromRecipe(full: string, { deps, load, policy, options }: Call): Promise<EnsuredImage> {
  const present = await look(deps, full);
  if (present !== undefined) {
    options.onProgress({ type: 'present' });
    return present;
  }
  if (policy === 'Never') return deps.pulled.ensure(full, 'Never', options);
  options.onProgress({ type: 'pulling' });
  await load(recipeOf(full)).catch((error: unknown) => {
    throw new ImageError('ErrImagePull', `image ${full} could not be made: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const made = await look(deps, full);
  if (made !== undefined) return made;
  throw new ImageError('ErrImagePull', `recipe ${recipeOf(full)} makes no ${full}`);
}

async function look({ runtime }: ImageSourceDeps, reference: string): Promise<EnsuredImage | undefined> {
  const found = await runtime.image(reference);
  return found === undefined ? undefined : { runReference: reference, imageId: found.id };
}

/** After a failed pull: the declared stand-in when no registry answered, otherwise the failure itself. */
async function insteadOf(full: string, error: unknown, call: Call): Promise<EnsuredImage> {
  const mayUse =
    error instanceof ImageError &&
    error.reason === 'ErrImagePull' &&
    mayStandIn(classifyPullFailure(error.message));
  const candidate = mayUse ? await findStandIn(full) : undefined;
  if (candidate === undefined) throw error;
  const references = await call.load(candidate.recipe).catch((cause: unknown) => {
    throw new ImageError(
      'ErrImagePull',
      `${messageOf(error)}; ${candidate.reference}, which may stand in for it, could not be made: ${messageOf(cause)}`,
      { cause },
    );
  });
  const chosen = references[0] ?? candidate.reference;
  call.deps.record.set(full, chosen);
  return standIn(full, chosen, call);
}

/** Uses the recorded stand-in: exactly the version that was chosen, or nothing. */
async function standIn(full: string, chosen: string, call: Call): Promise<EnsuredImage> {
  const { deps, load, options } = call;
  const message = `no registry supplied ${full}: ${chosen}, made on this machine, stands in for it`;
  let present = await look(deps, chosen);
  if (present === undefined) {
    await load(recipeOf(chosen));
    present = await look(deps, chosen);
  }
  if (present === undefined) {
    throw new ImageError(
      'ErrImagePull',
      `${chosen} stands in for ${full} in this cluster and cannot be made any more, since its recipe makes another version now: load its archive with "holdfast image load"`,
    );
  }
  options.onProgress({ type: 'standIn', message });
  return { ...present, standIn: chosen };
}

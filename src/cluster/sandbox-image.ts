import { ensureImage, importArchive, listImages, listRecipes } from '../images/index.js';
import { SANDBOX_IMAGE } from './containerd/prepare.js';
import { withImageErrors } from './image-errors.js';
import { ensureRequirements, findCommand, type InstallOptions, type Requirement } from './packages/index.js';
import type { ClusterPaths } from './paths.js';

/** What builds images from recipes; asked for only when there is one to build. */
const BUILD_REQUIREMENTS: readonly Requirement[] = [
  { what: 'mmdebstrap', package: 'mmdebstrap', commands: ['mmdebstrap'] },
];

/** Makes sure that images can be built from recipes on this machine. */
export async function ensureBuildTools(options: InstallOptions): Promise<void> {
  await ensureRequirements(BUILD_REQUIREMENTS, options);
}

/** Loads the image of the Pods' sandboxes into containerd, from the cache or built now; does nothing when it is there. */
export async function ensureSandboxImage(paths: ClusterPaths, options: InstallOptions): Promise<void> {
  const target = { address: paths.runFiles.containerdSocket, ctr: findCommand('ctr', options.path) };
  const images = await listImages(target);
  if (images.some(({ reference }) => reference === SANDBOX_IMAGE)) return;
  await withImageErrors(async () => importArchive(await sandboxArchive(paths, options), target));
}

async function sandboxArchive(paths: ClusterPaths, options: InstallOptions): Promise<string> {
  const cacheDir = paths.cache;
  const pause = (await listRecipes({ cacheDir })).find(({ recipe }) => recipe.name === 'pause');
  if (pause?.cached !== undefined) return pause.cached.archive;
  await ensureBuildTools(options);
  options.onProgress?.('building the sandbox image');
  return (await ensureImage('pause', { cacheDir, onProgress: options.onProgress })).archive;
}

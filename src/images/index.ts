import { type CachedImage, type CacheOptions, cachedImage, findCached } from './cache.js';
import type { Recipe } from './recipe.js';
import { findRecipesFolder, type LoadedRecipe, loadRecipe, loadRecipes } from './recipes.js';
import { findStandInAmong, type StandIn } from './stand-in.js';

export { BuildError } from './build.js';
export type { CachedImage } from './cache.js';
export { NoMirrorError } from './debian-mirror.js';
export {
  type ContainerdTarget,
  ImportError,
  importArchive,
  listImages,
} from './import.js';
export { ArchiveError } from './oci.js';
export { RECIPE_DOMAIN } from './oci-layout.js';
export { classifyPullFailure, mayStandIn } from './pull-policy.js';
export { type Recipe, RecipeError } from './recipe.js';
export { UnknownRecipeError } from './recipes.js';
export { normalizeReference } from './reference.js';
export type { StandIn } from './stand-in.js';

/** Where archives are kept and how progress is told. */
export interface ImageOptions extends CacheOptions {
  /** `/var/cache/holdfast`, or what HOLDFAST_CACHE says. */
  readonly cacheDir: string;
  /** Folder of recipes; the package's own when not given. */
  readonly recipesFolder?: string;
}

/** A recipe with the archive that the cache has of it, if any. */
export interface ListedRecipe {
  readonly recipe: Recipe;
  readonly cached?: CachedImage;
}

async function load(name: string, options: Pick<ImageOptions, 'recipesFolder'>): Promise<LoadedRecipe> {
  return loadRecipe(name, options.recipesFolder ?? (await findRecipesFolder()));
}

/** The archive of a recipe's image: from the cache, without a look at the network, or else built now. */
export async function ensureImage(name: string, options: ImageOptions): Promise<CachedImage> {
  return cachedImage(options.cacheDir, await load(name, options), options);
}

/** Builds a recipe's image with the packages of today, also when the cache has it. */
export async function rebuildImage(name: string, options: ImageOptions): Promise<CachedImage> {
  return cachedImage(options.cacheDir, await load(name, options), { ...options, rebuild: true });
}

/** All recipes, and what the cache has of them. */
export async function listRecipes(
  options: Pick<ImageOptions, 'cacheDir' | 'recipesFolder'>,
): Promise<readonly ListedRecipe[]> {
  const recipes = await loadRecipes(options.recipesFolder ?? (await findRecipesFolder()));
  return Promise.all(
    recipes.map(async (loaded) => ({
      recipe: loaded.recipe,
      cached: await findCached(options.cacheDir, loaded),
    })),
  );
}

/** The image that may stand in for a reference, of all recipes. */
export async function findStandIn(reference: string, recipesFolder?: string): Promise<StandIn | undefined> {
  const recipes = await loadRecipes(recipesFolder ?? (await findRecipesFolder()));
  return findStandInAmong(
    reference,
    recipes.map(({ recipe }) => recipe),
  );
}

import { createHash } from 'node:crypto';
import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasErrno } from '../lib/errors.js';
import { parseRecipe, type Recipe, RecipeError } from './recipe.js';

/** Part of every recipe's hash: raised when the builder makes something else of the same recipe. */
const BUILDER_FORMAT = '2';

/** A recipe with the folder it was read from. */
export interface LoadedRecipe {
  readonly recipe: Recipe;
  readonly folder: string;
  /** SHA-256 over the recipe, the files it names, the builder's format and the architecture. */
  readonly hash: string;
}

/** A name that no recipe has. */
export class UnknownRecipeError extends Error {
  override readonly name = 'UnknownRecipeError';
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** The folder `images` of this package, looked for upwards from this file (which may stand in src or in dist). */
export async function findRecipesFolder(start: string = import.meta.dirname): Promise<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, 'images');
    if (await exists(join(candidate, 'pause', 'recipe.json'))) return candidate;
    if (folder === dirname(folder)) {
      throw new Error(
        `no folder "images" with recipes above ${start}; the installation is incomplete, install it again`,
      );
    }
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RecipeError(`${where} is not JSON: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

async function hashOf(recipe: Recipe, folder: string, architecture: string): Promise<string> {
  const hash = createHash('sha256').update(`${BUILDER_FORMAT}\n${architecture}\n${JSON.stringify(recipe)}\n`);
  for (const file of [...recipe.files.map(({ from }) => from), ...recipe.setup]) {
    const path = join(folder, file);
    const content = await readFile(path).catch((cause) => {
      throw new RecipeError(`recipe ${recipe.name} names ${file}, which cannot be read in ${folder}`, {
        cause,
      });
    });
    hash.update(`${file}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** Reads and checks `NAME/recipe.json` of the recipes' folder. */
export async function loadRecipe(name: string, recipesFolder: string): Promise<LoadedRecipe> {
  const folder = join(recipesFolder, name);
  const file = join(folder, 'recipe.json');
  const text = await readFile(file, 'utf8').catch(async (cause) => {
    if (!hasErrno(cause, 'ENOENT', 'ENOTDIR')) throw cause;
    const names = (await listRecipeNames(recipesFolder)).join(', ');
    throw new UnknownRecipeError(`there is no recipe named ${JSON.stringify(name)}; there are: ${names}`, {
      cause,
    });
  });
  const recipe = parseRecipe(parseJson(text, file), file);
  if (recipe.name !== name)
    throw new RecipeError(`${file}: name is ${recipe.name}, but the folder is ${name}`);
  return { recipe, folder, hash: await hashOf(recipe, folder, process.arch) };
}

async function listRecipeNames(recipesFolder: string): Promise<readonly string[]> {
  const entries = await readdir(recipesFolder, { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory() && (await exists(join(recipesFolder, entry.name, 'recipe.json'))))
      names.push(entry.name);
  }
  return names.sort();
}

/** Every recipe of the folder, by name. */
export async function loadRecipes(recipesFolder: string): Promise<readonly LoadedRecipe[]> {
  return Promise.all((await listRecipeNames(recipesFolder)).map((name) => loadRecipe(name, recipesFolder)));
}

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../lib/errors.js';
import { type BuildOptions, buildImage } from './build.js';
import { lockFile } from './lock.js';
import type { LoadedRecipe } from './recipes.js';

/** An image archive of the cache. */
export interface CachedImage {
  readonly name: string;
  /** Tag of the image, such as `9.7.4`. */
  readonly version: string;
  /** Names of the image in a node: with its version, and `latest`. */
  readonly references: readonly string[];
  /** The archive: an OCI layout in a tar file. */
  readonly archive: string;
  /** Bytes. */
  readonly size: number;
  readonly manifestDigest: string;
  readonly recipeHash: string;
  /** Versions of all packages in the image. */
  readonly packages: Readonly<Record<string, string>>;
}

/** What the note beside an archive holds; paths are not in it, so that a cache can be moved. */
interface Note extends Omit<CachedImage, 'archive' | 'size'> {
  readonly file: string;
}

function isNote(value: unknown): value is Note {
  if (typeof value !== 'object' || value === null) return false;
  const has = (key: string): boolean => key in value;
  return ['name', 'version', 'references', 'file', 'manifestDigest', 'recipeHash', 'packages'].every(has);
}

function noteFile(cacheFolder: string, { recipe, hash }: LoadedRecipe): string {
  return join(cacheFolder, `${recipe.name}-${hash.slice(0, 16)}.json`);
}

async function readNote(path: string): Promise<Note | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isNote(value) ? value : undefined;
  } catch (error) {
    // A note that cannot be read is as good as none: the image is built again.
    if (hasErrno(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The archive of a recipe as it is now, or undefined when the cache does not have it; never looks at the network. */
export async function findCached(
  cacheFolder: string,
  loaded: LoadedRecipe,
): Promise<CachedImage | undefined> {
  const note = await readNote(noteFile(cacheFolder, loaded));
  if (note === undefined || note.recipeHash !== loaded.hash) return undefined;
  const { file, ...rest } = note;
  const archive = join(cacheFolder, file);
  const size = await stat(archive).then(
    (found) => found.size,
    (error) => {
      if (hasErrno(error, 'ENOENT')) return undefined;
      throw error;
    },
  );
  return size === undefined ? undefined : { ...rest, archive, size };
}

function archiveName(
  { recipe, hash }: LoadedRecipe,
  version: string,
  packages: CachedImage['packages'],
): string {
  const versions = createHash('sha256')
    .update(JSON.stringify(Object.entries(packages).sort()))
    .digest('hex');
  return `${recipe.name}-${version}-${process.arch}-${hash.slice(0, 16)}-${versions.slice(0, 12)}.tar`;
}

async function removeLeftovers(cacheFolder: string): Promise<void> {
  const left = (await readdir(cacheFolder)).filter((name) => name.startsWith('.build-'));
  await Promise.all(left.map((name) => rm(join(cacheFolder, name), { recursive: true, force: true })));
}

/** Builds a recipe's image and puts it into the cache; whoever holds the lock calls this. */
async function buildInto(
  cacheFolder: string,
  loaded: LoadedRecipe,
  options: BuildOptions,
): Promise<CachedImage> {
  const work = await mkdtemp(join(cacheFolder, `.build-${loaded.recipe.name}-`));
  try {
    const built = await buildImage(loaded, work, options);
    const file = archiveName(loaded, built.version, built.packages);
    await rename(built.archive, join(cacheFolder, file));
    const before = await readNote(noteFile(cacheFolder, loaded));
    const { archive: _archive, ...facts } = built;
    const note: Note = { name: loaded.recipe.name, ...facts, recipeHash: loaded.hash, file };
    const written = join(work, 'note.json');
    await writeFile(written, `${JSON.stringify(note, undefined, 2)}\n`);
    await rename(written, noteFile(cacheFolder, loaded));
    // No note leads to the archive of yesterday's packages any more.
    if (before !== undefined && before.file !== file)
      await rm(join(cacheFolder, before.file), { force: true });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const cached = await findCached(cacheFolder, loaded);
  if (cached === undefined)
    throw new Error(
      `the archive of ${loaded.recipe.name} is gone from ${cacheFolder} right after it was built`,
    );
  return cached;
}

/** How an image is asked of the cache. */
export interface CacheOptions extends BuildOptions {
  /** Builds even when there is an archive, with the packages of today. */
  readonly rebuild?: boolean;
}

/** The archive of a recipe: from the cache when it is there, else built; two who want it at once build it once. */
export async function cachedImage(
  cacheFolder: string,
  loaded: LoadedRecipe,
  options: CacheOptions = {},
): Promise<CachedImage> {
  const found = options.rebuild ? undefined : await findCached(cacheFolder, loaded);
  if (found !== undefined) return found;
  await mkdir(cacheFolder, { recursive: true });
  const { name } = loaded.recipe;
  await using _lock = await lockFile(join(cacheFolder, '.lock'), {
    signal: options.signal,
    onWait: () => options.onProgress?.(`${name}: waiting for another build`),
  });
  const meanwhile = options.rebuild ? undefined : await findCached(cacheFolder, loaded);
  if (meanwhile !== undefined) return meanwhile;
  await removeLeftovers(cacheFolder);
  // Awaited here: the lock is given back when this function returns.
  return await buildInto(cacheFolder, loaded, options);
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type CachedImage, importArchive, listRecipes } from '../../images/index.js';

/** Where images are built: outside the node's network. */
export interface Outside {
  /** Descriptor of the host's network namespace. */
  readonly hostNetns: number;
  readonly dist: string;
  readonly cacheDir: string;
  readonly path: string;
}

/** The node's containerd, and where its images are built. */
export interface Loader extends Outside {
  readonly containerdSocket: string;
  readonly ctr: string;
}

/** Loads the image of a recipe into containerd, from the cache or built now; resolves with its references, its version first. */
export async function loadRecipe(
  recipe: string,
  loader: Loader,
  call: BuildCall,
): Promise<readonly string[]> {
  const image = await imageArchive(recipe, loader, call);
  const target = { address: loader.containerdSocket, ctr: loader.ctr };
  await importArchive(image.archive, target, { signal: call.signal });
  return image.references;
}

/** How a build tells what it does and is called off. */
export interface BuildCall {
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

async function cached(recipe: string, cacheDir: string): Promise<CachedImage | undefined> {
  return (await listRecipes({ cacheDir })).find((listed) => listed.recipe.name === recipe)?.cached;
}

/** The archive of a recipe's image, from the cache or built now in the host's network. */
async function imageArchive(recipe: string, outside: Outside, call: BuildCall): Promise<CachedImage> {
  const found = await cached(recipe, outside.cacheDir);
  if (found !== undefined) return found;
  await build(recipe, outside, call);
  const built = await cached(recipe, outside.cacheDir);
  if (built === undefined) throw new Error(`image ${recipe} was built, but is not in ${outside.cacheDir}`);
  return built;
}

function build(recipe: string, { hostNetns, dist, cacheDir, path }: Outside, call: BuildCall): Promise<void> {
  const command = [
    '--net=/proc/self/fd/3',
    process.execPath,
    join(dist, 'image-builder.mjs'),
    recipe,
    cacheDir,
  ];
  const child = spawn('nsenter', command, {
    stdio: ['ignore', 'pipe', 'inherit', hostNetns],
    signal: call.signal,
    env: { PATH: path, LC_ALL: 'C' },
  });
  let failed = 'it ended without a word';
  return new Promise((resolve, reject) => {
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said: unknown = JSON.parse(line);
        const progress: unknown = Reflect.get(Object(said), 'progress');
        const failure: unknown = Reflect.get(Object(said), 'failed');
        if (typeof progress === 'string') call.onProgress(progress);
        if (typeof failure === 'string') failed = failure;
      });
    }
    child.once('error', (error) => reject(call.signal.aborted ? call.signal.reason : error));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(failed));
    });
  });
}

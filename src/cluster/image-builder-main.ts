import { ensureImage } from '../images/index.js';
import { readConfig } from '../lib/config.js';
import { messageOf } from '../lib/errors.js';
import { ensureBuildTools } from './sandbox-image.js';

/** One line of what the builder prints. */
export type BuilderLine =
  | { readonly progress: string }
  | { readonly failed: string }
  | { readonly done: true };

function print(line: BuilderLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/**
 * Builds one image from its recipe into the cache: `image-builder.mjs RECIPE CACHE`. A process of its own, since the daemon, which asks
 * for it, lives in a network without a way out for mmdebstrap and apt.
 */
async function main(recipe: string, cacheDir: string): Promise<void> {
  const { path, env } = readConfig();
  const onProgress = (progress: string): void => print({ progress });
  await ensureBuildTools({ path, env, onProgress });
  await ensureImage(recipe, { cacheDir, onProgress });
  print({ done: true });
}

const [, , recipe = '', cacheDir = ''] = process.argv;
main(recipe, cacheDir).catch((error: unknown) => {
  print({ failed: messageOf(error) });
  process.exitCode = 1;
});

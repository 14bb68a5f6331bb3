import { clusterStatus, ensureBuildTools, UserError, withImageErrors } from '../../cluster/index.js';
import {
  type ContainerdTarget,
  importArchive,
  listImages,
  listRecipes,
  rebuildImage,
} from '../../images/index.js';
import { type Context, say } from '../context.js';

/** Lists the recipes with their built archives, and the images that the running node has. */
export async function imageList(context: Context): Promise<void> {
  const recipes = await listRecipes({ cacheDir: context.paths.cache });
  say(context, 'RECIPE     BUILT');
  for (const { recipe, cached } of recipes)
    say(context, `${recipe.name.padEnd(10)} ${cached?.archive ?? 'not built yet'}`);
  const target = await runningNode(context);
  if (target === undefined) return;
  say(context, '\nIMAGE ON THE NODE');
  for (const { reference } of await listImages(target)) {
    if (!reference.includes('sha256:')) say(context, reference);
  }
}

/** Loads an archive into the running node. */
export async function imageLoad(context: Context, archive: string): Promise<void> {
  const { simulated } = await clusterStatus(context.paths);
  if (simulated !== undefined)
    throw new UserError(`cluster ${context.paths.name} is simulated: its nodes have no images`);
  const target = await runningNode(context);
  if (target === undefined)
    throw new UserError(`cluster ${context.paths.name} does not run; start it with \`holdfast up\``);
  const loaded = await withImageErrors(() => importArchive(archive, target));
  for (const reference of loaded) say(context, `loaded ${reference}`);
}

/** Builds an image from its recipe, also when the cache has one. */
export async function imageBuild(context: Context, name: string): Promise<void> {
  const { path, env } = context.config;
  const onProgress = (line: string): void => say(context, line);
  await ensureBuildTools({ path, env, onProgress });
  const built = await withImageErrors(() =>
    rebuildImage(name, { cacheDir: context.paths.cache, onProgress }),
  );
  say(context, `built ${built.archive}`);
}

async function runningNode({ paths }: Context): Promise<ContainerdTarget | undefined> {
  const { containerd } = await clusterStatus(paths);
  return containerd.ready ? { address: paths.runFiles.containerdSocket } : undefined;
}

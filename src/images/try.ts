import { ensureImage, listRecipes } from './index.js';

for (const name of process.argv.slice(2)) {
  const t = Date.now();
  console.log(
    await ensureImage(name, { cacheDir: '/var/cache/holdfast', onProgress: console.log }).then((b) => ({
      ...b,
      packages: Object.keys(b.packages).length,
    })),
    Date.now() - t,
    'ms',
  );
}
console.log(
  (await listRecipes({ cacheDir: '/var/cache/holdfast' })).map((r) => [r.recipe.name, r.cached?.archive]),
);

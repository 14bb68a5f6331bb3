import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../lib/run.js';
import { findCached } from './cache.js';
import { parseImageList } from './import.js';
import { listRecipes } from './index.js';
import { writeLayer } from './layer.js';
import { lockFile } from './lock.js';
import { readArchive } from './oci.js';
import { findRecipesFolder, loadRecipe } from './recipes.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-images-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function tarOf(files: Readonly<Record<string, unknown>>): Promise<string> {
  const tree = join(folder, 'tree');
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(tree, name, '..'), { recursive: true });
    await writeFile(join(tree, name), JSON.stringify(content));
  }
  const archive = join(folder, 'a.tar');
  await run('tar', ['-cf', archive, '-C', tree, ...Object.keys(files)]);
  return archive;
}

describe('readArchive', () => {
  it('reads an OCI layout whose index points at an index', async () => {
    const archive = await tarOf({
      'index.json': {
        manifests: [
          { digest: 'sha256:i', annotations: { 'io.containerd.image.name': 'r.example/a:1' } },
          { digest: 'sha256:i', annotations: { 'org.opencontainers.image.ref.name': 'latest' } },
        ],
      },
      'blobs/sha256/i': { manifests: [{ digest: 'sha256:m' }] },
      'blobs/sha256/m': { config: { digest: 'sha256:c' } },
      'blobs/sha256/c': {
        architecture: 'amd64',
        config: { Labels: { a: 'b' }, Cmd: ['x'], Volumes: { '/v': {} } },
      },
    });
    expect(await readArchive(archive)).toEqual({
      format: 'oci',
      images: [
        {
          references: ['r.example/a:1', 'latest'],
          labels: { a: 'b' },
          env: [],
          entrypoint: [],
          cmd: ['x'],
          volumes: ['/v'],
          architecture: 'amd64',
        },
      ],
    });
  });

  it('reads what `docker save` writes', async () => {
    const archive = await tarOf({
      'manifest.json': [{ Config: 'abc.json', RepoTags: ['app:1'], Layers: [] }],
      'abc.json': { architecture: 'arm64', config: { Env: ['A=1'] } },
    });
    expect(await readArchive(archive)).toMatchObject({
      format: 'docker',
      images: [{ references: ['app:1'], env: ['A=1'] }],
    });
  });

  it('refuses anything else', async () => {
    await expect(readArchive(await tarOf({ 'x.json': {} }))).rejects.toThrow('is not an image archive');
    await expect(readArchive(join(folder, 'nosuch.tar'))).rejects.toThrow('is not an image archive');
  });
});

describe('writeLayer', () => {
  it('gives equal trees equal layers, and keeps hard links', async () => {
    const roots = ['one', 'two'].map((name) => join(folder, name));
    const blobs = join(folder, 'blobs');
    await mkdir(blobs);
    for (const root of roots) {
      await mkdir(join(root, 'dev'), { recursive: true });
      await writeFile(join(root, 'b'), 'text');
      await run('ln', [join(root, 'b'), join(root, 'a')]);
      await writeFile(join(root, 'dev', 'left-out'), '');
    }
    const layers = [];
    for (const root of roots) layers.push(await writeLayer(root, blobs));
    expect(layers[0]).toEqual(layers[1]);
    const blob = join(blobs, (layers[0]?.digest ?? '').replace('sha256:', ''));
    const { stdout } = await run('tar', ['--zstd', '-tvf', blob]);
    expect(stdout).toMatch(/b link to \.\/a/);
    expect(stdout).not.toContain('left-out');
    expect((await readFile(blob)).length).toBe(layers[0]?.size);
  });
});

describe('the cache', () => {
  it('finds an archive by its note only when both are there and the recipe is the same', async () => {
    const loaded = await loadRecipe('pause', await findRecipesFolder());
    expect(await findCached(folder, loaded)).toBeUndefined();
    const note = {
      name: 'pause',
      version: '1',
      references: [],
      manifestDigest: 'd',
      recipeHash: loaded.hash,
      packages: {},
      file: 'p.tar',
    };
    await writeFile(join(folder, `pause-${loaded.hash.slice(0, 16)}.json`), JSON.stringify(note));
    expect(await findCached(folder, loaded)).toBeUndefined();
    await writeFile(join(folder, 'p.tar'), 'four');
    expect(await findCached(folder, loaded)).toMatchObject({
      archive: join(folder, 'p.tar'),
      size: 4,
      version: '1',
    });
    expect(await findCached(folder, { ...loaded, hash: `${loaded.hash.slice(0, 16)}other` })).toBeUndefined();
    const listed = await listRecipes({ cacheDir: folder });
    expect(listed.filter(({ cached }) => cached !== undefined).map(({ recipe }) => recipe.name)).toEqual([
      'pause',
    ]);
  });

  it('lets the second builder wait for the first', async () => {
    const path = join(folder, '.lock');
    const order: string[] = [];
    const first = await lockFile(path);
    let waited: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      waited = resolve;
    });
    const second = lockFile(path, { onWait: waited }).then((lock) => {
      order.push('second');
      return lock;
    });
    await waiting;
    order.push('first done');
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(order).toEqual(['first done', 'second']);
  });
});

it('reads the list of images that ctr prints', () => {
  const output =
    'REF TYPE DIGEST SIZE PLATFORMS LABELS \nr.example/a:1 application/x sha256:1 1.0 MiB linux/amd64 - \n\n';
  expect(parseImageList(output)).toEqual([{ reference: 'r.example/a:1', digest: 'sha256:1' }]);
});

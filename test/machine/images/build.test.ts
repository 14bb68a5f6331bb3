import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureImage } from '../../../src/images/index.js';
import { readArchive } from '../../../src/images/oci.js';

describe('building an image', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-build-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function aptFolder(source: string): Promise<string> {
    const apt = join(folder, 'apt');
    await mkdir(apt);
    await writeFile(join(apt, 'sources.list'), source);
    return apt;
  }

  it('happens once for two who want it, and not at all when the cache has it', async () => {
    const cacheDir = join(folder, 'cache');
    const lines: string[] = [];
    const options = { cacheDir, onProgress: (line: string) => lines.push(line) };
    const [one, two] = await Promise.all([ensureImage('pause', options), ensureImage('pause', options)]);
    expect(one).toEqual(two);
    expect(lines.filter((line) => line.includes('built holdfast.local/pause:'))).toHaveLength(1);
    expect((await readdir(cacheDir)).filter((name) => name.startsWith('.build-'))).toEqual([]);

    const { images } = await readArchive(one.archive);
    expect(images).toMatchObject([
      {
        references: [`holdfast.local/pause:${one.version}`, 'holdfast.local/pause:latest'],
        entrypoint: ['/pause', '-P'],
      },
    ]);
    expect(images[0]?.labels['dev.holdfast.package.catatonit']).toBe(one.packages['catatonit']);

    // A machine without any mirror still has its cache.
    expect(await ensureImage('pause', { cacheDir, aptFolder: await aptFolder('') })).toEqual(one);
  });

  it('says that there is no mirror, and leaves nothing', async () => {
    const apt = await aptFolder('deb http://ubuntu.example/ubuntu jammy main');
    await expect(ensureImage('pause', { cacheDir: folder, aptFolder: apt })).rejects.toThrow(
      /no Debian mirror in .*sources.list/,
    );
    expect((await readdir(folder)).sort()).toEqual(['.lock', 'apt']);
  });

  it('says that the mirror cannot be reached, and leaves nothing', async () => {
    const apt = await aptFolder('deb http://127.55.0.9:1/debian bookworm main');
    await expect(ensureImage('pause', { cacheDir: folder, aptFolder: apt })).rejects.toThrow(
      /image pause could not be built from Debian sid: .*(127\.55\.0\.9|apt-get update)/,
    );
    expect((await readdir(folder)).sort()).toEqual(['.lock', 'apt']);
  });
});

import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/lib/run.js';

/** Makes an ext4 file system of so many MiB in a file and mounts it on a directory by a loop device, until it is disposed of. */
export async function mountSmallDisk(mebibytes: number, directory: string): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-disk-'));
  const file = join(folder, 'disk');
  await writeFile(file, '');
  await truncate(file, mebibytes * 1024 * 1024);
  // No journal and no reserve: all of the little there is can be filled.
  await run('mkfs.ext4', ['-q', '-F', '-m', '0', '-O', '^has_journal', file]);
  await run('mount', ['-o', 'loop', file, directory]);
  return {
    async [Symbol.asyncDispose]() {
      // Whatever still runs on it when a test failed must not keep it.
      await run('umount', ['--lazy', directory]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/lib/run.js';

/** A file system of its own in a file, as small as wanted. */
export interface SmallDisk extends AsyncDisposable {
  /** Where it is mounted. */
  readonly path: string;
}

/** Makes an ext4 file system of so many MiB and mounts it by a loop device; both go at the end. */
export async function smallDisk(mebibytes: number): Promise<SmallDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-disk-'));
  const file = join(directory, 'disk');
  const path = join(directory, 'mounted');
  await writeFile(file, '');
  await truncate(file, mebibytes * 1024 * 1024);
  // No journal and no reserve: all of the little there is can be filled.
  await run('mkfs.ext4', ['-q', '-F', '-m', '0', '-O', '^has_journal', file]);
  await run('mkdir', [path]);
  await run('mount', ['-o', 'loop', file, path]);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run('umount', [path]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

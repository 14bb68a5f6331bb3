import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../../lib/errors.js';
import { lstatOf } from './disk.js';
import type { VolumePlan } from './types.js';

const BLOCK_BYTES = 512;

/** An emptyDir on disk that holds more than its sizeLimit, both in bytes. */
export interface OverLimit {
  readonly volume: string;
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/** The emptyDirs on disk that exceed their sizeLimit: the Pod is to be evicted, as the disk itself does not stop it. */
export async function emptyDirsOverLimit({
  plan,
}: {
  readonly plan: VolumePlan;
}): Promise<readonly OverLimit[]> {
  const over: OverLimit[] = [];
  for (const preparation of plan.preparations) {
    if (preparation.type !== 'emptyDir' || preparation.medium !== 'disk' || !preparation.sizeBytes) continue;
    const usedBytes = await bytesBelow(preparation.path);
    const { volume, sizeBytes: limitBytes } = preparation;
    if (usedBytes > limitBytes) over.push({ volume, usedBytes, limitBytes });
  }
  return over;
}

async function bytesBelow(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await entriesOf(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) bytes += await bytesBelow(path);
    bytes += ((await lstatOf(path))?.blocks ?? 0) * BLOCK_BYTES;
  }
  return bytes;
}

/** Nothing for a directory that its owner has just removed. */
async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno, messageOf } from '../../lib/errors.js';
import { createSigningKey, signingKeyOf } from '../tokens/signing-key.js';
import { writePrivate } from './private-file.js';

const fileName = 'sa.key';

function isUsable(pem: string): boolean {
  try {
    return signingKeyOf(pem).id !== '';
  } catch {
    return false;
  }
}

/**
 * Reads the key that signs ServiceAccount tokens, PEM, and makes it where it is missing or damaged. It lies beside the certificates;
 * tokens live exactly as long as it.
 */
export async function ensureAccountKey(dir: string): Promise<string> {
  const path = join(dir, fileName);
  try {
    const found = await readFile(path, 'utf8');
    if (isUsable(found)) return found;
  } catch (error) {
    if (!hasErrno(error, 'ENOENT'))
      throw new Error(`reading the key of ServiceAccount tokens, ${path}, failed: ${messageOf(error)}`, {
        cause: error,
      });
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const made = createSigningKey();
  await writePrivate(path, made);
  return made;
}

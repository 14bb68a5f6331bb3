import { chmod, rename, writeFile } from 'node:fs/promises';

/** Writes a file that only its owner may read; aside and renamed, so that a crash leaves the old one or the new one. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const aside = `${path}.new`;
  await writeFile(aside, text, { mode: 0o600 });
  await chmod(aside, 0o600);
  await rename(aside, path);
}

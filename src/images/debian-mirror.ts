import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../lib/errors.js';
import { run } from '../lib/run.js';
import { type AptSource, chooseMirror, parseDeb822Sources, parseOneLineSources } from './apt-sources.js';

const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A Debian mirror and the key file that its release files are checked with. */
export interface DebianMirror {
  readonly uri: string;
  /** apt's own trusted keys when undefined. */
  readonly keyring?: string;
  /** apt settings without which the mirror cannot be reached (proxies, CA files), as `Name "value"`. */
  readonly settings: readonly string[];
}

/** This machine's apt configuration names no Debian mirror. */
export class NoMirrorError extends Error {
  override readonly name = 'NoMirrorError';
}

async function readSources(aptFolder: string): Promise<readonly AptSource[]> {
  const parts = join(aptFolder, 'sources.list.d');
  const names = await readdir(parts).catch((error) => {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  });
  const files = [join(aptFolder, 'sources.list'), ...names.sort().map((name) => join(parts, name))];
  const found: AptSource[] = [];
  for (const file of files) {
    const parse = file.endsWith('.sources')
      ? parseDeb822Sources
      : file.endsWith('.list')
        ? parseOneLineSources
        : undefined;
    if (parse === undefined) continue;
    const text = await readFile(file, 'utf8').catch((error) => {
      if (hasErrno(error, 'ENOENT')) return '';
      throw error;
    });
    found.push(...parse(text));
  }
  return found;
}

/** Keeps the settings of `apt-config dump` that say how to reach a mirror. */
export function reachSettings(dump: string): readonly string[] {
  return dump
    .split('\n')
    .map((line) => line.trim().replace(/;$/, ''))
    .filter((line) =>
      /^Acquire::https?(?:::[^ ]*)?::(?:Proxy|CAInfo|CAPath|Timeout)[^ ]* "[^"]+"$/i.test(line),
    );
}

/** Reads the machine's apt configuration; the project itself names no host. */
export async function findDebianMirror(aptFolder = '/etc/apt'): Promise<DebianMirror> {
  const source = chooseMirror(await readSources(aptFolder));
  if (source === undefined) {
    throw new NoMirrorError(
      `no Debian mirror in ${aptFolder}/sources.list or sources.list.d: images are built from Debian packages; ` +
        'add a "deb" source of Debian, or load an image archive with `holdfast image load`',
    );
  }
  const keyring =
    source.signedBy ??
    (await access(DEBIAN_KEYRING).then(
      () => DEBIAN_KEYRING,
      () => undefined,
    ));
  const dump = await run('apt-config', ['dump']).then(
    ({ stdout }) => stdout,
    () => '',
  );
  return { uri: source.uri, keyring, settings: reachSettings(dump) };
}

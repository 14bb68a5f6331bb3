import { CommandError, run } from '../lib/run.js';
import { readArchive } from './oci.js';
import { normalizeReference } from './reference.js';

/** The containerd that images are loaded into. */
export interface ContainerdTarget {
  /** Its socket. */
  readonly address: string;
  /** The kubelet's images are in `k8s.io`, the value when not given. */
  readonly namespace?: string;
  /** Path of `ctr`; looked up in PATH when not given. */
  readonly ctr?: string;
}

/** An image that containerd has. */
export interface StoredImage {
  readonly reference: string;
  readonly digest: string;
}

/** containerd did not take an archive, or did not answer. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

async function ctr(target: ContainerdTarget, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const { address, namespace = 'k8s.io' } = target;
  const { stdout } = await run(
    target.ctr ?? 'ctr',
    ['--address', address, '--namespace', namespace, ...args],
    { signal },
  );
  return stdout;
}

/** Reads `ctr images ls`: reference, type and digest are its first columns. */
export function parseImageList(output: string): readonly StoredImage[] {
  return output
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([reference, , digest]) => (reference && digest ? [{ reference, digest }] : []));
}

/** The images that containerd has, those that CRI keeps under a digest only among them. */
export async function listImages(target: ContainerdTarget): Promise<readonly StoredImage[]> {
  return parseImageList(await ctr(target, ['images', 'ls']));
}

/** How an archive is loaded. */
export interface ImportOptions {
  /** Repository for images that have only a tag in the archive, such as `registry.example/team/app`. */
  readonly repository?: string;
  readonly signal?: AbortSignal;
}

/** Loads an archive (OCI layout or `docker save`) and gives the full references of what it brought. */
export async function importArchive(
  archive: string,
  target: ContainerdTarget,
  options: ImportOptions = {},
): Promise<readonly string[]> {
  const { images } = await readArchive(archive);
  const names = images.flatMap(({ references }) => references);
  const bare = names.filter((name) => !/[/:]/.test(name));
  if (names.length === 0 || (bare.length > 0 && options.repository === undefined)) {
    throw new ImportError(`${archive} does not name its images; give them one with --name REPOSITORY`);
  }
  const naming = options.repository === undefined ? [] : ['--base-name', normalizeName(options.repository)];
  try {
    await ctr(target, ['images', 'import', ...naming, archive], options.signal);
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new ImportError(
      `${archive} could not be loaded into containerd at ${target.address}: ${cause.stderr.trim()}`,
      { cause },
    );
  }
  return names.map((name) => {
    const isBare = bare.includes(name) && options.repository !== undefined;
    return normalizeReference(isBare ? `${options.repository}:${name}` : name);
  });
}

function normalizeName(repository: string): string {
  return normalizeReference(repository).replace(/:latest$/, '');
}

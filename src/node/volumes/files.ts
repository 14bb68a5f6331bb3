import { posix } from 'node:path';
import type { ConfigMap, KeyToPath, Secret } from '../../api/generated/core-v1.js';
import type { VolumeFile } from './types.js';
import { VolumeError } from './volume-error.js';

const DEFAULT_MODE = 0o644;
/** Read access, which fsGroup adds to files that are read-only for the container. */
const GROUP_READ = 0o440;

/** How the files of one source get their modes. */
export interface FileOptions {
  readonly defaultMode: number | undefined;
  readonly gid: number | undefined;
}

/** Which keys of an object become which files. */
export interface KeySelection {
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

/** Makes one file; refuses a path that leaves the volume. */
export function volumeFile(
  path: string,
  content: Uint8Array,
  options: FileOptions & { readonly mode?: number },
): VolumeFile {
  const mode = options.mode ?? options.defaultMode ?? DEFAULT_MODE;
  return { path: cleanPath(path), mode: options.gid === undefined ? mode : mode | GROUP_READ, content };
}

function cleanPath(path: string): string {
  const clean = posix.normalize(path).replace(/\/$/, '');
  const leaves = path.startsWith('/') || path.split('/').includes('..') || clean.startsWith('..');
  if (leaves || clean === '.' || clean === '') {
    throw new VolumeError(`invalid path "${path}": must be relative, and neither hold nor start with ".."`);
  }
  return clean;
}

/** The files of a ConfigMap; none when it is absent and optional. */
export function configMapFiles(
  name: string,
  configMap: ConfigMap | undefined,
  options: FileOptions & KeySelection,
): VolumeFile[] {
  if (!configMap && !options.optional) throw new VolumeError(`configmap "${name}" not found`);
  const texts = Object.entries(configMap?.data ?? {}).map(([key, text]) => [key, Buffer.from(text)] as const);
  const content = new Map<string, Uint8Array>([...texts, ...decoded(configMap?.binaryData)]);
  return select(content, { ...options, unknownKey: 'references non-existent config key: ' });
}

/** The files of a Secret; none when it is absent and optional. */
export function secretFiles(
  name: string,
  secret: Secret | undefined,
  options: FileOptions & KeySelection,
): VolumeFile[] {
  if (!secret && !options.optional) throw new VolumeError(`secret "${name}" not found`);
  const content = new Map(decoded(secret?.data));
  return select(content, { ...options, unknownKey: 'references non-existent secret key: ' });
}

function decoded(data: Readonly<Record<string, string>> | undefined): [string, Uint8Array][] {
  return Object.entries(data ?? {}).map(([key, base64]) => [key, Buffer.from(base64, 'base64')]);
}

function select(
  content: ReadonlyMap<string, Uint8Array>,
  options: FileOptions & KeySelection & { readonly unknownKey: string },
): VolumeFile[] {
  const { items = [] } = options;
  if (items.length === 0) return [...content].map(([key, bytes]) => volumeFile(key, bytes, options));
  return items.flatMap(({ key, path, mode }) => {
    const bytes = content.get(key);
    if (bytes) return [volumeFile(path, bytes, { ...options, mode })];
    if (options.optional) return [];
    throw new VolumeError(`${options.unknownKey}${key}`);
  });
}

/** All files of a volume by path, the last source winning; refuses a path that is both file and directory. */
export function mergeFiles(files: readonly VolumeFile[]): VolumeFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  for (const path of byPath.keys()) {
    for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent)) {
      if (byPath.has(parent)) throw new VolumeError(`"${parent}" is a file, so "${path}" cannot be below it`);
    }
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

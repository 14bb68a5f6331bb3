import type { Dirent } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasErrno } from '../../lib/errors.js';
import { lstatOf } from './disk.js';
import type { VolumeIo } from './io.js';
import type { VolumeFile } from './types.js';

const DATA = '..data';
const DIRECTORY_MODE = 0o755;
const SET_GID = 0o2000;

/** What a directory is to hold, and for whom. */
export interface AtomicFilesOptions {
  /** The volume's directory, which is there. */
  readonly root: string;
  readonly files: readonly VolumeFile[];
  /** The group of all files and directories; they keep root's when undefined. */
  readonly gid?: number;
  readonly io: VolumeIo;
}

/**
 * Makes a directory hold exactly these files, all changing at one instant: `..data` is a link to a directory that is
 * never changed, and every file is a link through it. Returns whether anything changed.
 */
export async function writeAtomically(options: AtomicFilesOptions): Promise<boolean> {
  const { root, files } = options;
  const current = await currentDirectory(root);
  const same = current !== undefined && (await holds(join(root, current), files));
  const fresh = same ? current : await writeFresh(options);
  if (!same) await pointTo(root, fresh);
  await linkFiles(options);
  await removeStale(root, fresh, topNames(files));
  return !same;
}

async function currentDirectory(root: string): Promise<string | undefined> {
  try {
    return basename(await readlink(join(root, DATA)));
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function holds(directory: string, files: readonly VolumeFile[]): Promise<boolean> {
  if (!(await lstatOf(directory))) return false;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  if (entries.filter((entry) => entry.isFile()).length !== files.length) return false;
  for (const file of files) {
    if (!(await holdsFile(join(directory, file.path), file))) return false;
  }
  return true;
}

async function holdsFile(path: string, { mode, content }: VolumeFile): Promise<boolean> {
  const stats = await lstatOf(path);
  if (!stats?.isFile() || (stats.mode & 0o7777) !== mode || stats.size !== content.length) return false;
  return (await readFile(path)).equals(content);
}

async function writeFresh({ root, files, gid, io }: AtomicFilesOptions): Promise<string> {
  const directory = await mkdtemp(join(root, `..${stamp(io.now())}.`));
  await finishDirectory(directory, { gid, io });
  for (const { path, mode, content, uid } of files) {
    await makeDirectories(directory, dirname(path), { gid, io });
    const file = join(directory, path);
    await writeFile(file, content, { mode: 0o600, flag: 'wx' });
    if (gid !== undefined || uid !== undefined) {
      const made = await lstat(file);
      await io.chown(file, { uid: uid ?? made.uid, gid: gid ?? made.gid });
    }
    await chmod(file, mode);
  }
  return basename(directory);
}

function stamp(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '_');
}

type Group = Pick<AtomicFilesOptions, 'gid' | 'io'>;

async function makeDirectories(directory: string, below: string, group: Group): Promise<void> {
  let path = directory;
  for (const part of below === '.' ? [] : below.split('/')) {
    path = join(path, part);
    if (await lstatOf(path)) continue;
    await mkdir(path);
    await finishDirectory(path, group);
  }
}

async function finishDirectory(path: string, { gid, io }: Group): Promise<void> {
  if (gid !== undefined) await io.chown(path, { uid: (await lstat(path)).uid, gid });
  await chmod(path, gid === undefined ? DIRECTORY_MODE : DIRECTORY_MODE | SET_GID);
}

async function pointTo(root: string, target: string): Promise<void> {
  const link = join(root, `${DATA}_tmp`);
  await rm(link, { force: true });
  await symlink(target, link);
  await rename(link, join(root, DATA));
}

function topNames(files: readonly VolumeFile[]): ReadonlySet<string> {
  return new Set(files.map(({ path }) => path.split('/')[0] ?? path));
}

async function linkFiles({ root, files }: AtomicFilesOptions): Promise<void> {
  for (const name of topNames(files)) {
    if (!(await lstatOf(join(root, name)))) await symlink(join(DATA, name), join(root, name));
  }
}

/** Removes what an earlier content, or an earlier attempt that was cut short, has left. */
async function removeStale(root: string, current: string, names: ReadonlySet<string>): Promise<void> {
  const stale = ({ name }: Dirent): boolean => name !== DATA && name !== current && !names.has(name);
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (stale(entry)) await rm(join(root, entry.name), { recursive: true, force: true });
  }
}

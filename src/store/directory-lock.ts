import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrno } from '../lib/errors.js';

const PREFIX = 'holder.';

/** A directory that this process alone uses. */
export interface DirectoryLock {
  release(): void;
}

/** The directory is in use by a running process. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError';
  readonly directory: string;
  readonly pid: number;
  constructor(directory: string, pid: number) {
    super(`could not open ${directory}: process ${pid} is using it; stop that process first`);
    this.directory = directory;
    this.pid = pid;
  }
}

/**
 * Takes a directory for this process. Everyone who wants it first writes a file that names himself, then looks for others who live:
 * two who come at once may both be refused, but never both let in. A file of a process that is gone means nothing.
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const mine = `${PREFIX}${identityOf(process.pid)}.${randomBytes(4).toString('hex')}`;
  const path = join(directory, mine);
  writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  const other = otherHolder(directory, mine);
  if (other !== undefined) {
    rmSync(path, { force: true });
    throw new DirectoryInUseError(directory, other);
  }
  return { release: () => rmSync(path, { force: true }) };
}

function otherHolder(directory: string, mine: string): number | undefined {
  for (const file of readdirSync(directory)) {
    if (!file.startsWith(PREFIX) || file === mine) continue;
    const pid = livingHolder(file);
    if (pid !== undefined) return pid;
    rmSync(join(directory, file), { force: true });
  }
  return undefined;
}

/** The process that a lock file names, when it still runs: `holder.BOOT.PID.START.RANDOM`. */
function livingHolder(file: string): number | undefined {
  const [boot, pid, start] = file.slice(PREFIX.length).split('.');
  const number = Number(pid);
  return identityOf(number) === `${boot}.${pid}.${start}` ? number : undefined;
}

/** Names a process for good: process ids come again, but not within one boot with the same start time. */
function identityOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command, in parentheses, may hold blanks; the start time is the 20th field after it.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has given up its files and can come to no harm.
    return state === 'Z' ? undefined : `${boot}.${pid}.${fields[18]}`;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}

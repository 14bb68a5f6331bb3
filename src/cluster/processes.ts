import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hasErrno } from '../lib/errors.js';
import { UserError } from './user-error.js';

/** One process, and not another that was given its number later: `startTime` is the kernel's, in clock ticks since boot. */
export interface ProcessId {
  readonly pid: number;
  readonly startTime: string;
}

/** The facts of /proc/PID/stat that tell processes apart. */
export interface ProcessStat extends ProcessId {
  readonly parent: number;
  /** The kernel's letter: R, S, D, Z (dead, not yet collected), ... */
  readonly state: string;
}

/** Takes /proc/PID/stat apart. The command stands in parentheses and may hold anything, so fields are counted from the last one. */
export function parseStat(text: string): ProcessStat | undefined {
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, startTime] = [fields[0], fields[1], fields[19]];
  if (Number.isNaN(pid) || state === undefined || parent === undefined || startTime === undefined)
    return undefined;
  return { pid, startTime, parent: Number.parseInt(parent, 10), state };
}

/** What the kernel says of a process; undefined when there is none of that number. */
export function readProcess(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ESRCH')) return undefined;
    throw new Error(`could not read the state of process ${pid}`, { cause: error });
  }
}

/** Whether exactly this process still runs; one that ended and waits to be collected does not. */
export function isAlive(id: ProcessId | undefined): id is ProcessId {
  if (id === undefined) return false;
  const found = readProcess(id.pid);
  return (
    found !== undefined && found.startTime === id.startTime && found.state !== 'Z' && found.state !== 'X'
  );
}

/** Sends a signal to exactly this process; false when it is gone already. */
export function signalProcess(id: ProcessId, signal: NodeJS.Signals): boolean {
  if (!isAlive(id)) return false;
  try {
    process.kill(id.pid, signal);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ESRCH')) return false;
    throw new Error(`could not send ${signal} to process ${id.pid}`, { cause: error });
  }
}

/** The identity of a running process by its number. */
export function identify(pid: number): ProcessId {
  const found = readProcess(pid);
  if (found === undefined) throw new Error(`process ${pid} ended at once`);
  return { pid, startTime: found.startTime };
}

function isProcessId(value: unknown): value is ProcessId {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startTime' in value &&
    typeof value.startTime === 'string'
  );
}

/** Writes a file in one step, so that a reader never sees half of it. */
export function writeFileWhole(file: string, text: string, mode = 0o600): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, file);
}

/** Records a process in a file of the run directory, with what else should be known of it. */
export function recordProcess(
  file: string,
  id: ProcessId,
  more: Readonly<Record<string, unknown>> = {},
): void {
  writeFileWhole(file, `${JSON.stringify({ ...more, pid: id.pid, startTime: id.startTime })}\n`);
}

/** Reads a file; undefined when it is absent. */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    if (!hasErrno(error, 'EACCES')) throw error;
    throw new UserError(
      `${file} may not be read: only who started this cluster may use it, which is root unless it is simulated`,
      { cause: error },
    );
  }
}

/** Reads a JSON file; undefined when it is absent or does not hold JSON. */
export function readJson(file: string): unknown {
  const text = readText(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The process that a file records; undefined when there is no record. It may have ended since: ask `isAlive`. */
export function recordedProcess(file: string): ProcessId | undefined {
  const value = readJson(file);
  return isProcessId(value) ? { pid: value.pid, startTime: value.startTime } : undefined;
}

import { existsSync, openSync, renameSync, statSync } from 'node:fs';

/** A log longer than this (bytes) is put aside when its program starts; the one before it is dropped. */
const LOG_LIMIT = 16 * 1024 * 1024;

/** Opens a program's log for appending, putting a long one aside first. */
export function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > LOG_LIMIT) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

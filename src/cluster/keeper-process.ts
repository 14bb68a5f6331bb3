import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ALREADY_RUNNING } from './keeper/exit-codes.js';
import type { KeeperSettings } from './keeper/messages.js';
import { openLog } from './log-file.js';
import type { ClusterPaths } from './paths.js';
import { readText } from './processes.js';

/** A small heap: the keeper holds sockets and little else. */
export const KEEPER_FLAGS: readonly string[] = [
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '--no-warnings',
];

/** A keeper that was started; `failed` rejects when it ends at once, and never resolves otherwise. */
export interface StartedKeeper {
  readonly failed: Promise<never>;
}

/** Starts a keeper in a session of its own, so that it outlives the command that started it. */
export function spawnKeeper(
  settings: KeeperSettings,
  paths: ClusterPaths,
  env: Readonly<Record<string, string | undefined>>,
): StartedKeeper {
  const file = join(paths.stateFiles.logs, 'keeper.log');
  const log = openLog(file);
  const from = statSync(file).size;
  const entry = join(settings.dist, 'keeper.mjs');
  const child = spawn(process.execPath, [...KEEPER_FLAGS, entry, JSON.stringify(settings)], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { ...env, PATH: settings.path },
  });
  closeSync(log);
  child.unref();
  return { failed: endOf(child, file, from) };
}

function endOf(child: ChildProcess, log: string, from: number): Promise<never> {
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) =>
      reject(new Error(`the keeper could not be started: ${error.message}`, { cause: error })),
    );
    child.once('exit', (code, signal) => {
      // Another command was faster: its keeper does as well.
      if (code === ALREADY_RUNNING) return;
      reject(new Error(`the keeper ended (${signal ?? `exit code ${code}`}): ${lastLine(log, from)}`));
    });
  });
  failed.catch(() => {});
  return failed;
}

/** The last line that was written to a log after the given size; the log is gone when the cluster was purged meanwhile. */
function lastLine(file: string, from: number): string {
  const lines = Buffer.from(readText(file) ?? '')
    .subarray(from)
    .toString()
    .trim()
    .split('\n');
  return lines.at(-1) ?? '';
}

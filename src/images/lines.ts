import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { CommandError } from '../lib/run.js';

/** How a command's lines are handed on. */
export interface LinesOptions {
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const KEPT_LINES = 20;

function follow(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream }).on('line', onLine);
}

/** Resolves when a child has ended with code 0; rejects with a CommandError that carries `stderr()`. */
export function ended(child: ChildProcess, shown: string, stderr: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      reject(new CommandError(shown, `could not be run (${cause.message})`, { cause }));
    });
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      const why = code === null ? `was ended by ${signal}` : `ended with code ${code}`;
      reject(new CommandError(shown, why, { exitCode: code ?? undefined, stderr: stderr() }));
    });
  });
}

/** Runs a command and hands on each line it prints, of either stream, as it comes; the last ones are in its error. */
export async function runLines(
  command: string,
  args: readonly string[],
  options: LinesOptions,
): Promise<void> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: options.signal,
    env: options.env,
  });
  const last: string[] = [];
  const onLine = (line: string): void => {
    last.push(line);
    if (last.length > KEPT_LINES) last.shift();
    options.onLine(line);
  };
  follow(child.stdout, onLine);
  follow(child.stderr, onLine);
  await ended(child, [command, ...args].join(' ').slice(0, 200), () => last.join('\n'));
}

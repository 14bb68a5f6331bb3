import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a command printed, and the code it ended with (128 + the number of the signal that ended it). */
export interface ProcessResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  /** Standard output as it came, for what is not text. */
  readonly bytes: Buffer;
}

/** How a command is run. */
export interface ProcessOptions {
  readonly input?: string | Uint8Array;
  /** After this time it is killed and the call fails, milliseconds (120,000). */
  readonly timeoutMs?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Run as this user, with no other groups; only root may ask for it. */
  readonly as?: { readonly uid: number; readonly gid: number } | undefined;
}

/** A command and its arguments. */
export type CommandLine = readonly [string, ...string[]];

/** Runs a command to its end, whatever its exit code; fails when it cannot be started or takes too long. */
export async function runProcess(command: CommandLine, options: ProcessOptions = {}): Promise<ProcessResult> {
  const followed = followProcess(command, options);
  followed.end(options.input);
  const timeoutMs = options.timeoutMs ?? 120_000;
  const late = setTimeout(() => followed.kill('SIGKILL'), timeoutMs);
  const startedAt = performance.now();
  const code = await followed.ended;
  clearTimeout(late);
  if (code === 137 && performance.now() - startedAt >= timeoutMs) {
    throw new Error(`\`${command.join(' ')}\` did not end in ${timeoutMs / 1000} s: ${followed.stderr}`);
  }
  return { stdout: followed.stdout, stderr: followed.stderr, code, bytes: followed.bytes() };
}

/** A command that runs while the test goes on; disposing of it ends it. */
export interface FollowedProcess extends AsyncDisposable {
  readonly pid: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  bytes(): Buffer;
  /** The exit code, when it has ended. */
  readonly ended: Promise<number>;
  /** Waits until standard output matches; fails when the command ends first or the time is over (30,000 ms). */
  printed(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  write(text: string): void;
  /** Ends its standard input. */
  end(last?: string | Uint8Array): void;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a command and gives a handle on what it prints. */
export function followProcess(
  [command, ...args]: CommandLine,
  options: Pick<ProcessOptions, 'cwd' | 'env' | 'as'> = {},
): FollowedProcess {
  const child = spawn(command, args, { stdio: 'pipe', cwd: options.cwd, env: options.env, ...options.as });
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  // A command that does not read its input closes the pipe; its exit code says what matters.
  child.stdin.on('error', () => {});
  const ended = endOf(child, command);
  // Whoever only looks at the output must not end the test by a rejection that nobody awaits.
  ended.catch(() => {});
  const shown = [command, ...args].join(' ');
  return {
    pid: child.pid,
    get stdout() {
      return out.text();
    },
    get stderr() {
      return err.text();
    },
    bytes: out.bytes,
    ended,
    printed: (pattern, timeoutMs = 30_000) => printed({ pattern, timeoutMs, shown, child, out, err }),
    write: (text) => {
      child.stdin.write(text);
    },
    end: (last) => {
      child.stdin.end(last);
    },
    kill: (signal) => {
      child.kill(signal);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended.catch(() => {});
    },
  };
}

interface Collected {
  text(): string;
  bytes(): Buffer;
}

function collect(stream: NodeJS.ReadableStream): Collected {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const bytes = (): Buffer => Buffer.concat(chunks);
  return { bytes, text: () => bytes().toString() };
}

async function endOf(child: ChildProcessWithoutNullStreams, command: string): Promise<number> {
  const failed = once(child, 'error').then(([error]) => {
    throw new Error(`${command} could not be started: ${error}`);
  });
  await Promise.race([once(child, 'close'), failed]);
  const signals: Partial<Record<NodeJS.Signals, number>> = { SIGKILL: 137, SIGTERM: 143, SIGINT: 130 };
  return child.exitCode ?? (child.signalCode === null ? 1 : (signals[child.signalCode] ?? 128));
}

interface Expected {
  readonly pattern: RegExp;
  readonly timeoutMs: number;
  readonly shown: string;
  readonly child: ChildProcessWithoutNullStreams;
  readonly out: Collected;
  readonly err: Collected;
}

function printed({ pattern, timeoutMs, shown, child, out, err }: Expected): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(late);
      child.stdout.off('data', look);
      child.off('close', closed);
      settle();
    };
    const failed = (why: string): void =>
      finish(() =>
        reject(new Error(`\`${shown}\` ${why} without ${pattern}; printed:\n${out.text()}${err.text()}`)),
      );
    const look = (): boolean => {
      const match = pattern.exec(out.text());
      if (match !== null) finish(() => resolve(match));
      return match !== null;
    };
    const closed = (): void => {
      if (!look()) failed('ended');
    };
    const late = setTimeout(() => failed(`ran ${timeoutMs / 1000} s`), timeoutMs);
    child.stdout.on('data', look);
    child.on('close', closed);
    if (!look() && child.exitCode !== null) failed('ended');
  });
}

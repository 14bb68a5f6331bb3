import { spawn } from 'node:child_process';

/** How a command is run. Its environment is the caller's own unless `env` is given. */
export interface RunOptions {
  /** What the command reads from its standard input; none when undefined. */
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** The command gets SIGTERM after this time. */
  readonly timeoutMs?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What a command printed. */
export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that could not be started, ended with a code other than 0, or was ended by a signal. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly command: string;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor(
    command: string,
    why: string,
    details: Partial<Pick<CommandError, 'exitCode' | 'signal' | 'stdout' | 'stderr' | 'cause'>>,
  ) {
    const stderr = details.stderr ?? '';
    super(`\`${command}\` ${why}${stderr.trim() === '' ? '' : `: ${stderr.trim()}`}`, {
      cause: details.cause,
    });
    this.command = command;
    this.exitCode = details.exitCode;
    this.signal = details.signal;
    this.stdout = details.stdout ?? '';
    this.stderr = stderr;
  }
}

/** Runs a command without a shell and collects what it prints; rejects with a CommandError unless it ends with code 0. */
export function run(
  command: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<RunResult> {
  const shown = [command, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: options.cwd,
      env: options.env,
      signal: options.signal,
      timeout: options.timeoutMs,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (cause) => {
      reject(
        options.signal?.aborted
          ? options.signal.reason
          : new CommandError(shown, `could not be run (${cause.message})`, { cause }),
      );
    });
    child.on('close', (code, signal) => {
      const result = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
      if (code === 0) resolve(result);
      else if (code !== null)
        reject(new CommandError(shown, `ended with code ${code}`, { ...result, exitCode: code }));
      else
        reject(new CommandError(shown, `was ended by ${signal}`, { ...result, signal: signal ?? undefined }));
    });
    // A command that does not read its input closes the pipe; its exit code says what matters.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CommandError } from '../lib/run.js';

/** How a lock is waited for. */
export interface LockOptions {
  /** Called once when another process holds the lock. */
  readonly onWait?: () => void;
  readonly signal?: AbortSignal;
}

/**
 * Takes an advisory lock on a file, waits for it when another process has it, and gives it back on disposal. The
 * kernel ends it together with the process, however that dies: a child of ours (`flock`) holds it for as long as its
 * standard input is open.
 */
export async function lockFile(path: string, options: LockOptions = {}): Promise<AsyncDisposable> {
  if (options.onWait !== undefined && (await isHeld(path))) options.onWait();
  const child = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: options.signal,
  });
  const closed = once(child, 'close');
  // It is awaited below; a lock that fails rejects there.
  closed.catch(() => {});
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', (cause) => reject(options.signal?.aborted ? options.signal.reason : cause));
    child.once('close', (code) => {
      reject(new CommandError(`flock ${path}`, `ended with code ${code} before it had the lock`, { stderr }));
    });
  });
  return {
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await closed;
    },
  };
}

async function isHeld(path: string): Promise<boolean> {
  const child = spawn('flock', ['--exclusive', '--nonblock', path, 'true'], { stdio: 'ignore' });
  const [code]: readonly unknown[] = await once(child, 'close');
  return code === 1;
}

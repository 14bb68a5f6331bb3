import { createServer, type Server } from 'node:net';
import type { Clock } from '../lib/clock.js';
import { hasErrno } from '../lib/errors.js';

/** A lock that is held; `release` may be called any number of times. */
export interface HeldLock extends AsyncDisposable {
  release(): Promise<void>;
}

/**
 * Takes a lock, or resolves undefined when another process has it. The lock is an abstract unix socket: it belongs to the
 * network namespace, leaves no file, and the kernel frees it when its holder dies in whatever way.
 */
export function tryLock(name: string): Promise<HeldLock | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => {
      if (hasErrno(error, 'EADDRINUSE')) resolve(undefined);
      else reject(new Error(`lock ${name} could not be taken: ${error.message}`, { cause: error }));
    });
    server.listen(`\0${name}`, () => {
      server.unref();
      resolve(heldLock(server));
    });
  });
}

function heldLock(server: Server): HeldLock {
  let released: Promise<void> | undefined;
  const release = (): Promise<void> => {
    released ??= new Promise((resolve) => server.close(() => resolve()));
    return released;
  };
  return { release, [Symbol.asyncDispose]: release };
}

/** How long to wait for a lock, and what to say while waiting. */
export interface LockWait {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Called once, when the lock turns out to be taken. */
  readonly onWait?: () => void;
}

const POLL_MS = 20;

/** Takes a lock as soon as it is free; resolves undefined when it is still taken after the time. */
export async function waitForLock(name: string, wait: LockWait): Promise<HeldLock | undefined> {
  const deadline = wait.clock.now() + wait.timeoutMs;
  for (let tries = 0; ; tries += 1) {
    const lock = await tryLock(name);
    if (lock !== undefined) return lock;
    if (tries === 0) wait.onWait?.();
    if (wait.clock.now() >= deadline) return undefined;
    await wait.clock.sleep(POLL_MS);
  }
}

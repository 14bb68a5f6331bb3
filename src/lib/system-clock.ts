import { onAbort } from './abort.js';
import type { Clock, Timer } from './clock.js';

/** setTimeout takes at most a signed 32-bit number of milliseconds; a longer one would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

function after(delayMs: number, callback: () => void): Timer {
  const handle = setTimeout(callback, Math.min(Math.max(delayMs, 0), LONGEST_TIMEOUT_MS));
  return { cancel: () => clearTimeout(handle) };
}

/** Sleeps on any clock, by its `after`. */
export function sleepOn(clock: Pick<Clock, 'after'>, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = clock.after(delayMs, () => {
      forget();
      resolve();
    });
    const forget = onAbort(signal, () => {
      timer.cancel();
      reject(signal?.reason);
    });
  });
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after,
  sleep: (delayMs, signal) => sleepOn({ after }, delayMs, signal),
};

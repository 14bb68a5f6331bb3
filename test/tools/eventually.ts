import { setTimeout as wait } from 'node:timers/promises';

/** How long a condition may take, milliseconds, and how often it is looked at. */
export interface Patience {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/** Repeats `attempt` until it no longer throws and gives its value; fails with `what` and the last error when the time is over. */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T> | T,
  { timeoutMs = 30_000, everyMs = 100 }: Patience = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        const last = error instanceof Error ? error.message : String(error);
        throw new Error(`not after ${timeoutMs / 1000} s: ${what}; last: ${last}`, { cause: error });
      }
    }
    await wait(everyMs);
  }
}

/** Waits until `look` gives a value that `holds` accepts, and gives that value. */
export function until<T>(
  what: string,
  look: () => Promise<T> | T,
  holds: (value: T) => boolean,
  patience: Patience = {},
): Promise<T> {
  const attempt = async (): Promise<T> => {
    const value = await look();
    if (!holds(value)) throw new Error(`it is ${JSON.stringify(value)?.slice(0, 2000)}`);
    return value;
  };
  return eventually(what, attempt, patience);
}

/** Runs `work` and gives its value and how many seconds it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const started = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - started) / 1000 };
}

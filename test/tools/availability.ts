import { connect } from 'node:net';
import type { Kubectl } from './kubectl.js';

/** Looks at a service again and again while a test breaks something. */
export interface Availability extends AsyncDisposable {
  /** Waits for the next answer, stops, and gives the longest time without one, seconds. */
  stop(): Promise<number>;
}

/** How often is looked, milliseconds. */
const everyMs = 50;

/** Connects to a port of this machine whose server speaks first; what counts is its first byte, not that something accepted. */
export function watchPort(port: number): Availability {
  let lastMs = performance.now();
  let longestMs = 0;
  let stopping = false;
  const look = async (): Promise<boolean> => {
    const answered = await greets(port);
    if (!answered) return false;
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
    return true;
  };
  const work = async (): Promise<void> => {
    while (!(await look()) || !stopping) await pause();
  };
  const done = work();
  const stop = async (): Promise<number> => {
    stopping = true;
    await done;
    return longestMs / 1000;
  };
  return {
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, everyMs);
  });
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

// Each line is the time of an answer, in seconds; the loop ends when the file goes.
const script = (name: string): string => `
  : >/tmp/asking
  while [ -e /tmp/asking ]; do
    dig +time=1 +tries=1 +short ${name} A | grep -q . && date +%s.%N
    sleep 0.05
  done >/tmp/answers 2>/dev/null &`;

/** Asks the cluster's DNS from inside a Pod, so that no part of the asking can be hit by what is killed outside. */
export async function watchDns(
  kubectl: Kubectl,
  pod: string,
  name: string,
): Promise<{ stop(): Promise<number> }> {
  const sh = (text: string): Promise<string> => kubectl.ok(['exec', pod, '--', 'sh', '-c', text]);
  await sh(script(name));
  return {
    async stop() {
      const before = Number(await sh('wc -l </tmp/answers'));
      const text = await sh(
        `until [ "$(wc -l </tmp/answers)" -gt ${before + 1} ]; do sleep 0.05; done; rm /tmp/asking; cat /tmp/answers`,
      );
      return longestGap(text.trim().split('\n').map(Number));
    },
  };
}

function longestGap(times: readonly number[]): number {
  return Math.max(0, ...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}

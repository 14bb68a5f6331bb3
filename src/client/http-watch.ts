import type { IncomingMessage } from 'node:http';
import type { Status } from '../api/generated/meta-v1.js';
import type { KubeObject } from '../api/kube-object.js';
import type { Watch, WatchEvent } from '../api/resource-api.js';
import { StatusError } from '../api/status-error.js';
import type { Clock } from '../lib/clock.js';
import { deepFreeze } from '../lib/deep-freeze.js';
import { LineSplitter } from './line-splitter.js';
import type { Transport } from './transport.js';
import { unreachable } from './transport-errors.js';

/** What a watch over HTTP needs. */
export interface HttpWatchDeps {
  readonly transport: Transport;
  readonly clock: Clock;
}

/** The server is asked to end a watch after this time; one that has not by then hangs on a dead connection and is cut. */
const SERVER_ENDS_AFTER_SECONDS = 300;
const CUT_AFTER_MS = (SERVER_ENDS_AFTER_SECONDS + 30) * 1000;

type WireEvent<T extends KubeObject> = WatchEvent<T> | { readonly type: 'ERROR'; readonly object: Status };

/** Follows a watch: one JSON event a line. */
export function startHttpWatch<T extends KubeObject>(
  deps: HttpWatchDeps,
  path: string,
  listener: (event: WatchEvent<T>) => void,
): Watch {
  const controller = new AbortController();
  const timer = deps.clock.after(CUT_AFTER_MS, () => controller.abort());
  const closed = follow(deps, { path, listener, signal: controller.signal }).finally(() => timer.cancel());
  // One who only stops a watch need not listen to how it ended.
  closed.catch(() => {});
  return { stop: () => controller.abort(), closed };
}

interface Following<T extends KubeObject> {
  readonly path: string;
  readonly listener: (event: WatchEvent<T>) => void;
  readonly signal: AbortSignal;
}

async function follow<T extends KubeObject>(
  deps: HttpWatchDeps,
  { path, listener, signal }: Following<T>,
): Promise<void> {
  const { transport } = deps;
  try {
    const response = await transport.stream({
      method: 'GET',
      path: `${path}&timeoutSeconds=${SERVER_ENDS_AFTER_SECONDS}`,
      signal,
    });
    await readEvents(response, (line) => {
      if (!signal.aborted) tell(line, listener);
    });
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof StatusError ? error : unreachable(transport.connection, error);
  }
}

async function readEvents(response: IncomingMessage, onLine: (line: string) => void): Promise<void> {
  const splitter = new LineSplitter(onLine);
  for await (const chunk of response) splitter.push(chunk);
  splitter.end();
}

function tell<T extends KubeObject>(line: string, listener: (event: WatchEvent<T>) => void): void {
  const event: WireEvent<T> = JSON.parse(line);
  if (event.type === 'ERROR') throw new StatusError(event.object);
  listener({ type: event.type, object: deepFreeze(event.object) });
}

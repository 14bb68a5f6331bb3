import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { LogOptions, NodeApi } from '../../api/node-api.js';
import {
  badRequest,
  failure,
  internal,
  methodNotSupported,
  pathNotFound,
  StatusError,
} from '../../api/status-error.js';
import { messageOf } from '../../lib/errors.js';
import type { ApiServer } from '../api-server.js';
import { decode } from '../registry/codec.js';
import { getEntry } from '../registry/read.js';
import { type Exchange, setHead } from './exchange.js';
import { flag } from './query.js';
import type { ResourcePath } from './request-info.js';

/** A Pod, and the node that runs it. */
export interface PodOnNode {
  readonly pod: Pod;
  readonly node: NodeApi;
}

/** The Pod of a path; 404 when there is none. */
export function podOf(server: ApiServer, { namespace, name }: ResourcePath): Pod {
  const resource = server.registry.resources.find(kinds.Pod);
  if (resource === undefined || name === undefined) throw pathNotFound();
  return decode(getEntry(server.registry, resource, { namespace, name }), kinds.Pod);
}

/** The node behind a Pod; 400 when it has none yet, 503 when it does not answer. */
export function nodeOf(server: ApiServer, pod: Pod): NodeApi {
  const { nodeName } = pod.spec ?? {};
  if (!nodeName) throw badRequest(`pod ${pod.metadata?.name ?? ''} does not have a host assigned`);
  const node = server.options.nodes?.(nodeName);
  if (node !== undefined) return node;
  throw failure({
    code: 503,
    reason: 'ServiceUnavailable',
    message: `node ${nodeName} of pod ${pod.metadata?.name ?? ''} has no agent that answers: it is starting, stopped or simulated`,
  });
}

/** The container that is meant: the one that is named, the only one, or the one that an annotation names. */
export function containerOf(pod: Pod, asked: string | null): string {
  const main = (pod.spec?.containers ?? []).map(({ name }) => name);
  const others = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.ephemeralContainers ?? [])].map(
    ({ name }) => name,
  );
  const podName = pod.metadata?.name ?? '';
  if (asked) {
    if (main.includes(asked) || others.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${podName}`);
  }
  const preferred = pod.metadata?.annotations?.['kubectl.kubernetes.io/default-container'];
  if (preferred !== undefined && main.includes(preferred)) return preferred;
  const [only] = main;
  if (main.length === 1 && only !== undefined) return only;
  const init = others.length > 0 ? ` or one of the init containers: [${others.join(' ')}]` : '';
  throw badRequest(
    `a container name must be specified for pod ${podName}, choose one of: [${main.join(' ')}]${init}`,
  );
}

function whole(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^\d{1,15}$/.test(value))
    throw badRequest(`${name}: Invalid value: "${value}": must be a whole number, not negative`);
  return Number(value);
}

function logOptions(pod: Pod, query: URLSearchParams): LogOptions {
  const sinceTime = query.get('sinceTime') || undefined;
  if (sinceTime !== undefined && Number.isNaN(Date.parse(sinceTime))) {
    throw badRequest(`sinceTime: Invalid value: "${sinceTime}": must be an RFC 3339 time`);
  }
  const stream = query.get('stream') || 'All';
  if (stream !== 'All')
    throw badRequest(
      `stream: Invalid value: "${stream}": only "All" is offered here: both outputs in one log`,
    );
  return {
    container: containerOf(pod, query.get('container')),
    follow: flag(query, 'follow'),
    previous: flag(query, 'previous'),
    timestamps: flag(query, 'timestamps'),
    sinceSeconds: whole(query, 'sinceSeconds'),
    sinceTime,
    tailLines: whole(query, 'tailLines'),
    limitBytes: whole(query, 'limitBytes'),
  };
}

function drained(exchange: Exchange): Promise<void> {
  return new Promise((resolve) => {
    exchange.response.once('drain', resolve);
    exchange.response.once('close', resolve);
  });
}

/** Copies a log as fast as its reader takes it. */
async function copyLog(
  exchange: Exchange,
  chunks: AsyncIterable<Uint8Array>,
  begin: () => void,
): Promise<void> {
  const { response, signal } = exchange;
  for await (const chunk of chunks) {
    begin();
    if (!response.write(chunk)) await drained(exchange);
    if (signal.aborted) return;
  }
}

/** How long a follower waits for the head of the answer when the container is silent, in milliseconds. */
const silentHeadMs = 50;

async function streamLog(server: ApiServer, exchange: Exchange, pod: Pod): Promise<void> {
  const { response } = exchange;
  const options = logOptions(pod, exchange.query);
  const begin = (): void => {
    if (response.headersSent) return;
    setHead(exchange, 200, 'text/plain');
    response.flushHeaders?.();
  };
  // A Pod that nobody runs yet has no log, which is no failure.
  const chunks = pod.spec?.nodeName ? nodeOf(server, pod).logs(pod, options, exchange.signal) : nothing();
  const head = server.registry.clock.after(silentHeadMs, () => (options.follow ? begin() : undefined));
  try {
    await copyLog(exchange, chunks, begin);
    begin();
    response.end();
  } finally {
    head.cancel();
  }
}

async function* nothing(): AsyncIterable<Uint8Array> {}

/** Streams a container's log; the head goes out with the first bytes, so that failures before them have their own code. */
export async function serveLog(server: ApiServer, exchange: Exchange, path: ResourcePath): Promise<void> {
  if (exchange.method !== 'GET') throw methodNotSupported(kinds.Pod, exchange.method.toLowerCase());
  const { response, signal } = exchange;
  try {
    await streamLog(server, exchange, podOf(server, path));
  } catch (error) {
    if (signal.aborted) return;
    if (!response.headersSent) throw error instanceof StatusError ? error : internal(messageOf(error), error);
    response.end(`\nfailed to read the log: ${messageOf(error)}\n`);
  }
}

import { connect, createServer, type Socket } from 'node:net';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Client } from '../../client/client.js';
import type { Clock } from '../../lib/clock.js';
import type { Logger } from '../../lib/log.js';
import type { PublishedPort } from '../keeper/messages.js';
import { type Target, targetsOf } from './endpoints.js';

/** What the publisher needs; `client` may read Services and EndpointSlices. */
export interface PublisherDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A listening socket of the host: an inherited descriptor, or a handle that came from the keeper. */
export type ListenTarget = { readonly fd: number } | object;

/** Carries connections from the host's ports to the endpoints of Services. */
export interface Publisher extends AsyncDisposable {
  publish(published: PublishedPort, on: ListenTarget): void;
  unpublish(hostPort: number): void;
}

const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** An endpoint that does not answer within this time (milliseconds) is passed over. */
const CONNECT_TIMEOUT_MS = 2_000;

/** Starts without any port; each connection looks for the endpoints of its moment. */
export function startPublisher(deps: PublisherDeps): Publisher {
  const endpoints = endpointLookup(deps.client);
  const open = new Map<number, OpenPort>();

  async function close(hostPort: number): Promise<void> {
    const port = open.get(hostPort);
    open.delete(hostPort);
    await port?.close();
  }

  return {
    publish: (published, on) => {
      open.set(published.hostPort, openPort(published, on, { ...deps, endpoints }));
    },
    unpublish: (hostPort) => {
      void close(hostPort);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...open.keys()].map(close));
    },
  };
}

type EndpointLookup = (published: PublishedPort) => Promise<readonly Target[]>;

function endpointLookup(client: Client): EndpointLookup {
  const services = client.cache(kinds.Service);
  const slices = client.cache(kinds.EndpointSlice);
  return async (published) => {
    await Promise.all([services.synced, slices.synced]);
    const { namespace, service: name } = published;
    const mine = (slice: EndpointSlice): boolean => slice.metadata?.labels?.[SERVICE_NAME_LABEL] === name;
    return targetsOf(services.get({ namespace, name }), slices.list(namespace).filter(mine), published);
  };
}

interface OpenPort {
  close(): Promise<void>;
}

interface PortDeps extends PublisherDeps {
  readonly endpoints: EndpointLookup;
}

function openPort(published: PublishedPort, on: ListenTarget, { endpoints, clock, log }: PortDeps): OpenPort {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    turn += 1;
    const by = turn;
    endpoints(published)
      .then((targets) => carry(socket, rotate(targets, by), clock))
      .catch((error: unknown) => {
        log.info('a published connection was not served', { ...published, error });
        socket.destroy();
      });
  });
  server.on('error', (error) => log.error('a published port failed', { ...published, error }));
  server.listen(on);
  return {
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** The same list, begun at another place, so that connections go round. */
function rotate<T>(list: readonly T[], by: number): readonly T[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

/** Connects to the first endpoint that answers and joins the two; bytes wait where the other side is slow. */
async function carry(client: Socket, targets: readonly Target[], clock: Clock): Promise<void> {
  client.on('error', () => client.destroy());
  for (const target of targets) {
    const upstream = await dial(target, clock).catch(() => undefined);
    if (upstream === undefined) continue;
    if (client.destroyed) {
      upstream.destroy();
      return;
    }
    upstream.on('error', () => client.destroy());
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    client.pipe(upstream);
    upstream.pipe(client);
    return;
  }
  throw new Error(targets.length === 0 ? 'the Service has no ready endpoint' : 'no endpoint answered');
}

function dial({ address, port }: Target, clock: Clock): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
    const timer = clock.after(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('timed out')));
    socket.once('close', () => timer.cancel());
    socket.once('error', reject);
    socket.once('connect', () => {
      timer.cancel();
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../lib/clock.js';
import type { Logger } from '../../lib/log.js';
import { type Destination, destinationOf, type Proxies, upstreamFor } from './egress-route.js';

/** Starts the way out: an HTTP proxy (CONNECT, and plain requests) that dials from the host's network. */
export function createEgress(options: EgressOptions): Server {
  const server = createServer((incoming, response) => forward(incoming, response, options));
  server.on('connect', (incoming, client, head) => tunnel(incoming, client, { ...options, head }));
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}

/** What the way out is made of. */
export interface EgressOptions {
  /** The host's own proxies. */
  readonly proxies: Proxies;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Tunnel extends EgressOptions {
  readonly head: Buffer;
}

/** Who does not take a connection within this time counts as out of reach. */
const DIAL_TIMEOUT_MS = 5_000;

function refuse(client: Duplex, why: string): void {
  client.end(`HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${why}\n`);
}

function tunnel(incoming: IncomingMessage, client: Duplex, options: Tunnel): void {
  const target = incoming.url ?? '';
  const destination = destinationOf(target, 443);
  if (destination === undefined) {
    refuse(client, `cannot dial ${JSON.stringify(target)}`);
    return;
  }
  const upstream = upstreamFor('https', destination.host, options.proxies);
  const socket = connect(upstream ?? destination);
  const timer = options.clock.after(DIAL_TIMEOUT_MS, () => socket.destroy(new Error('timed out')));
  client.on('error', () => socket.destroy());
  socket.once('close', () => timer.cancel());
  socket.on('error', (error) => {
    options.log.warn('egress failed', { target, error });
    if (!client.destroyed) refuse(client, `could not reach ${target}: ${error.message}`);
  });
  socket.once('connect', () => {
    timer.cancel();
    if (upstream === undefined) client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    else socket.write(connectLine(destination));
    socket.write(options.head);
    join(client, socket);
  });
}

function connectLine({ host, port }: Destination): string {
  return `CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`;
}

function join(client: Duplex, socket: Socket): void {
  client.pipe(socket);
  socket.pipe(client);
  client.once('close', () => socket.destroy());
  socket.once('close', () => client.destroy());
}

/** Headers that are meant for this proxy and not for whom it asks. */
const FOR_PROXY = ['proxy-connection', 'proxy-authorization', 'connection', 'keep-alive'];

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !FOR_PROXY.includes(name)));
}

function forward(incoming: IncomingMessage, response: ServerResponse, options: EgressOptions): void {
  const url = URL.canParse(incoming.url ?? '') ? new URL(incoming.url ?? '') : undefined;
  const destination = url === undefined ? undefined : destinationOf(url.host, 80);
  if (url === undefined || destination === undefined) {
    response.writeHead(400).end('this is a proxy: it needs an absolute URL\n');
    return;
  }
  const upstream = upstreamFor('http', destination.host, options.proxies);
  const outgoing = request({
    ...(upstream ?? destination),
    method: incoming.method,
    agent: false,
    path: upstream === undefined ? `${url.pathname}${url.search}` : url.href,
    headers: { ...endToEnd(incoming.headers), host: url.host, connection: 'close' },
  });
  const timer = options.clock.after(DIAL_TIMEOUT_MS, () => outgoing.destroy(new Error('timed out')));
  outgoing.once('socket', (socket) => socket.once('connect', () => timer.cancel()));
  outgoing.once('close', () => timer.cancel());
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end(`could not reach ${url.host}: ${error.message}\n`);
  });
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

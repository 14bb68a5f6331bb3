import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { badRequest, type StatusError } from '../../api/status-error.js';
import { messageOf } from '../../lib/errors.js';
import { plainAnswer } from '../http/exchange.js';
import { containerOf, nodeOf, type PodOnNode, podOf } from '../http/pod-log.js';
import { flag } from '../http/query.js';
import { type HandlerDeps, statusOf, targetOf, userOf } from '../http/request-handler.js';
import type { ResourcePath } from '../http/request-info.js';
import type { RequestLabels } from '../http/request-metrics.js';
import { authorizeResource, findResource } from '../http/routes.js';
import { type Channels, translateChannels, translatePorts } from './channels.js';
import { passThrough, tunnelSpdy } from './tunnel.js';
import { connectUpstream, type Upstream } from './upstream.js';

/** A connection that wants to become something other than HTTP. */
export interface UpgradeSocket {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Longest WebSocket message that is taken, in bytes. */
const maxMessageBytes = 16 * 1024 * 1024;

const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const nodeProtocol = 'v4.channel.k8s.io';
/** Port-forward as client libraries speak it. It has no v5: nothing in it is half closed. */
const portForwardChannels = 'v4.channel.k8s.io';
const portForwardTunnel = 'SPDY/3.1+portforward.k8s.io';
const portForwardProtocol = 'portforward.k8s.io';

/** A stream that a caller may open: where the node offers it, and what goes through it. */
interface StreamCall {
  readonly portForward: boolean;
  readonly ports: readonly number[];
  readonly channels: Channels;
  connect(): Promise<URL>;
}

function channelsOf(query: URLSearchParams): Channels {
  const has = (name: string): boolean => flag(query, name);
  const tty = has('tty');
  const channels = { stdin: has('stdin'), stdout: has('stdout'), stderr: has('stderr') && !tty, tty };
  if (channels.stdin || channels.stdout || channels.stderr) return channels;
  throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
}

function portsOf(query: URLSearchParams): number[] {
  const texts = query.getAll('ports').flatMap((text) => text.split(','));
  return texts
    .filter((text) => text !== '')
    .map((text) => {
      const port = Number(text);
      if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
      throw badRequest(`ports: Invalid value: "${text}": must be between 1 and 65535`);
    });
}

function callOf({ node, pod }: PodOnNode, { subresource }: ResourcePath, query: URLSearchParams): StreamCall {
  const none: Channels = { stdin: false, stdout: false, stderr: false, tty: false };
  if (subresource === 'portforward') {
    const ports = portsOf(query);
    return { portForward: true, ports, channels: none, connect: () => node.portForward(pod, ports) };
  }
  const channels = channelsOf(query);
  const options = { ...channels, container: containerOf(pod, query.get('container')) };
  if (subresource === 'attach')
    return { portForward: false, ports: [], channels, connect: () => node.attach(pod, options) };
  const command = query.getAll('command');
  if (command.length === 0)
    throw badRequest('command: Required value: you must specify at least one command word');
  return { portForward: false, ports: [], channels, connect: () => node.exec(pod, { ...options, command }) };
}

const streaming = new Set(['exec', 'attach', 'portforward']);

/** Finds out who wants which stream, and whether they may. */
function authorized(deps: HandlerDeps, request: IncomingMessage): StreamCall {
  const user = userOf(deps, request);
  const { path, query } = targetOf(request);
  // A WebSocket is opened by GET, and still creates a stream.
  const found = findResource(deps.server, { path, query, method: 'POST' });
  if (
    found === undefined ||
    !streaming.has(found.path.subresource ?? '') ||
    found.resource.kind.plural !== 'pods'
  ) {
    throw badRequest('only exec, attach and portforward of pods can be upgraded; watch by plain HTTP');
  }
  authorizeResource(deps.server, { user, query }, found);
  const pod = podOf(deps.server, found.path);
  return callOf({ node: nodeOf(deps.server, pod), pod }, found.path, query);
}

function listOf(header: string | readonly string[] | undefined): string[] {
  const values = typeof header === 'string' ? [header] : (header ?? []);
  return values
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function chosenProtocol(request: IncomingMessage, portForward: boolean): string {
  const offered = listOf(request.headers['sec-websocket-protocol']);
  const known = portForward ? [portForwardTunnel, portForwardChannels] : channelProtocols;
  const chosen = known.find((protocol) => offered.includes(protocol));
  if (chosen !== undefined) return chosen;
  throw badRequest(
    `none of the WebSocket protocols [${offered.join(', ')}] is offered here, only: ${known.join(', ')}`,
  );
}

function webSocket(
  request: IncomingMessage,
  { socket, head }: UpgradeSocket,
  protocol: string,
): Promise<WebSocket> {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols: () => protocol,
  });
  // The name of the tunnel has a slash, which the library takes for malformed; it has been chosen already.
  request.headers['sec-websocket-protocol'] = 'chosen';
  return new Promise((resolve) => {
    server.handleUpgrade(request, socket, head, resolve);
  });
}

async function overWebSocket(
  call: StreamCall,
  request: IncomingMessage,
  client: UpgradeSocket,
): Promise<void> {
  const protocol = chosenProtocol(request, call.portForward);
  if (protocol === portForwardChannels && call.portForward && call.ports.length === 0)
    throw badRequest('query parameter "ports" is required');
  const upstream = await connectUpstream(await call.connect(), [
    call.portForward ? portForwardProtocol : nodeProtocol,
  ]);
  if (client.socket.destroyed) {
    upstream.socket.destroy();
    return;
  }
  const ws = await webSocket(request, client, protocol);
  if (protocol === portForwardTunnel) tunnelSpdy(ws, upstream);
  else if (call.portForward) translatePorts(ws, upstream, call.ports);
  else translateChannels(ws, upstream, call.channels);
}

function switching({ protocol }: Upstream): string {
  const chosen = protocol === undefined ? '' : `X-Stream-Protocol-Version: ${protocol}\r\n`;
  return `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${chosen}\r\n`;
}

async function overSpdy(
  call: StreamCall,
  request: IncomingMessage,
  { socket, head }: UpgradeSocket,
): Promise<void> {
  const upstream = await connectUpstream(
    await call.connect(),
    listOf(request.headers['x-stream-protocol-version']),
  );
  if (socket.destroyed) {
    upstream.socket.destroy();
    return;
  }
  socket.write(switching(upstream));
  passThrough(socket, upstream, head);
}

function refuse(socket: Duplex, { code, status }: StatusError): void {
  socket.end(plainAnswer(code, `${JSON.stringify(status)}\n`));
}

async function upgrade(deps: HandlerDeps, request: IncomingMessage, client: UpgradeSocket): Promise<void> {
  const call = authorized(deps, request);
  const kind = request.headers.upgrade?.toLowerCase() ?? '';
  if (kind === 'websocket') return overWebSocket(call, request, client);
  if (kind === 'spdy/3.1') return overSpdy(call, request, client);
  throw badRequest(
    `upgrade to ${request.headers.upgrade ?? ''} is not offered here, only to SPDY/3.1 and websocket`,
  );
}

/** What a stream is counted under. */
function labelsOf(request: IncomingMessage): RequestLabels {
  const named = targetOf(request).path.split('/').at(-1) ?? '';
  const subresource = streaming.has(named) ? named : '';
  return {
    verb: 'CONNECT',
    group: '',
    version: 'v1',
    resource: 'pods',
    subresource,
    scope: 'resource',
    dryRun: false,
  };
}

/** Answers a request for exec, attach or port-forward, whatever happens. */
export function handleUpgrade(deps: HandlerDeps, request: IncomingMessage, client: UpgradeSocket): void {
  const { socket } = client;
  socket.on('error', () => socket.destroy());
  const { clock } = deps.server.options;
  const began = clock.now();
  const counted = deps.metrics.begin(labelsOf(request), { longRunning: true });
  socket.once('close', () => counted.end(101, clock.now() - began));
  upgrade(deps, request, client).catch((error: unknown) => {
    const what = `${request.method ?? ''} ${request.url?.split('?', 1)[0] ?? ''}`;
    deps.server.options.log.debug('an upgrade was refused', { what, why: messageOf(error) });
    refuse(socket, statusOf(deps, error, what));
  });
}

import { setMaxListeners } from 'node:events';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { UserInfo } from '../api/resource-api.js';
import { failure } from '../api/status-error.js';
import { errnoOf } from '../lib/errors.js';
import type { ApiServer } from './api-server.js';
import { type Authenticator, accountTokens, bearerTokens, clientCertificates } from './auth/authenticate.js';
import { plainAnswer } from './http/exchange.js';
import { FixedPaths } from './http/fixed-paths.js';
import { type HandlerDeps, handleRequest } from './http/request-handler.js';
import { RequestMetrics } from './http/request-metrics.js';
import { storageMetrics } from './http/storage-metrics.js';
import { handleUpgrade } from './stream/upgrade.js';

/** Where to listen, and as whom. Give `listenFd` for a socket that someone else opened, or `host` and `port` (0: any). */
export interface HttpsOptions {
  readonly listenFd?: number;
  readonly host?: string;
  readonly port?: number;
  /** PEM: the server's certificate and key, and the authority that signs clients. */
  readonly tls: { readonly certificate: string; readonly key: string; readonly authority: string };
  /** Users by bearer token. */
  readonly tokens?: ReadonlyMap<string, UserInfo>;
  /** Further ways to find out who asks, after certificates. */
  readonly authenticators?: readonly Authenticator[];
}

/** An API that listens; disposing of it ends every connection. */
export interface HttpsServer extends AsyncDisposable {
  readonly port: number;
  close(): Promise<void>;
}

/** Bytes of one HTTP/2 stream under way before its reader has to confirm; small windows make bodies slow. */
const windowBytes = 1024 * 1024;

/** Most bytes of a request's line and headers: selectors in URLs can be long. */
const maxHeaderBytes = 128 * 1024;

function listen(server: Http2SecureServer, options: HttpsOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const where =
        options.listenFd === undefined
          ? `${options.host ?? '127.0.0.1'}:${options.port ?? 0}`
          : `descriptor ${options.listenFd}`;
      reject(new Error(`the API server could not listen on ${where}: ${error.message}`, { cause: error }));
    };
    server.once('error', fail);
    const done = (): void => {
      server.removeListener('error', fail);
      resolve();
    };
    if (options.listenFd !== undefined) server.listen({ fd: options.listenFd }, done);
    else server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 }, done);
  });
}

function portOf(server: Http2SecureServer): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Ends connections when the server stops: answers under way get a moment, then the sockets are cut. */
async function closeAll(server: Http2SecureServer, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  for (const socket of sockets) socket.destroy();
  await closed;
}

/** Why a connection speaks no HTTP, by Node's code. */
const clientErrors: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['HPE_HEADER_OVERFLOW', [431, 'RequestHeaderFieldsTooLarge']],
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'Timeout']],
]);

/** Answers one who speaks no HTTP, or does not come to its end, and hangs up. */
function refuseClient(error: Error, socket: Duplex): void {
  const [code, reason] = clientErrors.get(errnoOf(error) ?? '') ?? [400, 'BadRequest'];
  if (!socket.writable) return;
  const { status } = failure({ code, reason, message: `the request could not be read: ${error.message}` });
  socket.end(plainAnswer(code, `${JSON.stringify(status)}\n`));
}

function secureServer(tls: HttpsOptions['tls']): Http2SecureServer {
  const server = createSecureServer({
    allowHTTP1: true,
    cert: tls.certificate,
    key: tls.key,
    ca: tls.authority,
    requestCert: true,
    // Who shows no certificate may have a token.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    // HTTP/2 sets it by itself. Without it, one event of a watch over HTTP/1.1 waits until the one before is confirmed.
    noDelay: true,
    settings: {
      initialWindowSize: windowBytes,
      maxConcurrentStreams: 1000,
      maxHeaderListSize: maxHeaderBytes,
    },
  });
  // HTTP/1.1 looks for it here; the types of HTTP/2 do not know it.
  return Object.assign(server, { maxHeaderSize: maxHeaderBytes });
}

/** Serves the API over HTTPS: HTTP/2 and HTTP/1.1 on one port, with WebSocket and SPDY upgrades. */
export async function serveHttps(apiServer: ApiServer, options: HttpsOptions): Promise<HttpsServer> {
  const server = secureServer(options.tls);
  const stopping = new AbortController();
  // Every watch and stream listens for the end.
  setMaxListeners(0, stopping.signal);
  const { metrics: others } = apiServer.options;
  const metrics = new RequestMetrics([
    () => storageMetrics(apiServer),
    ...(others === undefined ? [] : [others]),
  ]);
  const authenticators = [
    clientCertificates(),
    ...(options.tokens === undefined ? [] : [bearerTokens(options.tokens)]),
    accountTokens(apiServer.registry.tokens),
    ...(options.authenticators ?? []),
  ];
  const fixed = new FixedPaths(apiServer, metrics);
  const deps: HandlerDeps = { server: apiServer, fixed, metrics, authenticators, stopping: stopping.signal };
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => handleRequest(deps, request, response));
  server.on('upgrade', (request, socket, head) => handleUpgrade(deps, request, { socket, head }));
  server.on('clientError', refuseClient);
  server.on('session', (session) => session.on('error', () => {}));
  server.on('secureConnection', (socket) => socket.on('error', () => {}));
  await listen(server, options);
  server.on('error', (error) =>
    apiServer.options.log.error("the API server's listener failed", { why: error.message }),
  );
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    stopping.abort();
    closing ??= closeAll(server, sockets);
    return closing;
  };
  return { port: portOf(server), close, [Symbol.asyncDispose]: close };
}

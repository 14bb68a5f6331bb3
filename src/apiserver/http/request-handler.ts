import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { UserInfo } from '../../api/resource-api.js';
import { internal, StatusError } from '../../api/status-error.js';
import { messageOf } from '../../lib/errors.js';
import type { ApiServer } from '../api-server.js';
import { type Authenticator, authenticate } from '../auth/authenticate.js';
import { actingUser } from '../auth/impersonate.js';
import { type Exchange, type Outgoing, send } from './exchange.js';
import type { FixedPaths } from './fixed-paths.js';
import { replyValue } from './render.js';
import type { Counted, RequestLabels, RequestMetrics } from './request-metrics.js';
import { route } from './routes.js';
import { timeoutMs } from './timeout.js';

/** What answering requests needs. */
export interface HandlerDeps {
  readonly server: ApiServer;
  readonly fixed: FixedPaths;
  readonly metrics: RequestMetrics;
  readonly authenticators: readonly Authenticator[];
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

type AnyRequest = IncomingMessage | Http2ServerRequest;

/** The object that lasts as long as the connection: HTTP/2 hands out a new proxy of its socket with each stream. */
function connectionOf(request: AnyRequest): object {
  const session = 'stream' in request ? request.stream.session : undefined;
  return session ?? request.socket;
}

/** Path and query of a request. */
export function targetOf(request: AnyRequest): { readonly path: string; readonly query: URLSearchParams } {
  // A proxy's client may send the whole URL.
  const url = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/, '');
  const mark = url.indexOf('?');
  if (mark < 0) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

/** Told when the client goes away or the server stops. */
function endOf(response: Outgoing, stopping: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  stopping.addEventListener('abort', abort, { once: true });
  response.once('close', () => {
    stopping.removeEventListener('abort', abort);
    abort();
  });
  if (stopping.aborted) abort();
  return controller.signal;
}

/** As whom a request is done; throws 401 when its credentials are wrong, and 403 when they do not let it be someone else. */
export function userOf({ authenticators, server }: HandlerDeps, request: AnyRequest): UserInfo {
  const { authorization } = request.headers;
  const credentials = { connection: connectionOf(request), socket: request.socket, authorization };
  const user = authenticate(authenticators, credentials);
  return actingUser(user, request, server.registry.authorizer);
}

/** Makes the exchange of a request. */
export function exchangeOf(deps: HandlerDeps, request: AnyRequest, response: Outgoing): Exchange {
  const user = userOf(deps, request);
  let signal: AbortSignal | undefined;
  return {
    request,
    response,
    method: request.method ?? 'GET',
    ...targetOf(request),
    user,
    clock: deps.server.options.clock,
    // Made only for those who look: most requests are over before anyone would.
    get signal() {
      signal ??= endOf(response, deps.stopping);
      return signal;
    },
    warnings: [],
  };
}

/** What goes wrong becomes a Status, and what is our fault is logged. */
export function statusOf(deps: Pick<HandlerDeps, 'server'>, error: unknown, what: string): StatusError {
  if (error instanceof StatusError) return error;
  deps.server.options.log.error('a request failed inside', { what, why: messageOf(error), error });
  return internal(messageOf(error), error);
}

async function sendFailure(deps: HandlerDeps, exchange: Exchange, error: unknown): Promise<void> {
  const { response, method, path } = exchange;
  const { status, code } = statusOf(deps, error, `${method} ${path}`);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const seconds = status.details?.retryAfterSeconds;
  if (seconds !== undefined) response.setHeader('retry-after', String(seconds));
  await send(exchange, await replyValue(code, status));
}

const nobody = { name: '', groups: [] };

async function answer(deps: HandlerDeps, request: AnyRequest, response: Outgoing): Promise<void> {
  const { clock } = deps.server.options;
  const began = clock.now();
  let counted: Counted | undefined;
  let exchange: Exchange | undefined;
  try {
    exchange = exchangeOf(deps, request, response);
    const found = route(deps.server, deps.fixed, exchange);
    counted = deps.metrics.begin(found.labels, found);
    if (!found.longRunning) timeoutMs(exchange.query);
    await found.handle();
  } catch (error) {
    const failed = exchange ?? { ...bareExchange(deps, request, response), signal: deps.stopping };
    await sendFailure(deps, failed, error);
  } finally {
    counted ??= deps.metrics.begin(unknown, { longRunning: false });
    counted.end(response.statusCode, clock.now() - began);
  }
}

/** Requests that lead nowhere, or come from nobody. */
const unknown: RequestLabels = {
  verb: 'OTHER',
  group: '',
  version: '',
  resource: '',
  subresource: '',
  scope: '',
  dryRun: false,
};

function bareExchange(deps: HandlerDeps, request: AnyRequest, response: Outgoing): Omit<Exchange, 'signal'> {
  return {
    request,
    response,
    method: request.method ?? 'GET',
    ...targetOf(request),
    user: nobody,
    clock: deps.server.options.clock,
    warnings: [],
  };
}

/** Answers one request, whatever happens. */
export function handleRequest(deps: HandlerDeps, request: AnyRequest, response: Outgoing): void {
  // A client that goes away in the middle is no failure of ours.
  response.on('error', () => {});
  answer(deps, request, response).catch((error: unknown) => {
    deps.server.options.log.warn('an answer could not be sent', { why: messageOf(error) });
    response.destroy();
  });
}

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { StatusError } from '../api/status-error.js';
import { abortable, timeoutSignal } from '../lib/abort.js';
import type { Clock } from '../lib/clock.js';
import { deferred } from '../lib/deferred.js';
import type { Connection } from './connection.js';
import { errorOfResponse, unreachable } from './transport-errors.js';

/** One request. `path` has its query; `body` is sent as it is. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** How a transport behaves. */
export interface TransportOptions {
  readonly clock: Clock;
  /** Time for a whole call, and for the first byte of a stream; 60 s unless given. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
}

/** Connections kept for calls; streams have their own, so that many watches never hold up a write. */
const MAX_SOCKETS = 32;
const KEEP_ALIVE_MS = 15_000;
const DEFAULT_TIMEOUT_MS = 60_000;

/** HTTP to one API server, with kept connections. Every failure is a StatusError. */
export class Transport implements AsyncDisposable {
  readonly connection: Connection;
  readonly #options: TransportOptions;
  readonly #callAgent: HttpAgent;
  readonly #streamAgent: HttpAgent;

  constructor(connection: Connection, options: TransportOptions) {
    this.connection = connection;
    this.#options = options;
    this.#callAgent = agentFor(connection, MAX_SOCKETS);
    this.#streamAgent = agentFor(connection, Number.POSITIVE_INFINITY);
  }

  /** A call whose answer is read whole. */
  async call(
    request: TransportRequest,
  ): Promise<{ readonly body: string; readonly warnings: readonly string[] }> {
    return this.#within(request, async (signal) => {
      const response = await this.#send({ ...request, signal }, this.#callAgent);
      return { body: await textOf(response), warnings: warningsOf(response) };
    });
  }

  /** A call whose answer is read as it comes, for as long as it comes; the time limit is for its first byte. */
  async stream(request: TransportRequest): Promise<IncomingMessage> {
    return this.#within(request, () => this.#send(request, this.#streamAgent));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#callAgent.destroy();
    this.#streamAgent.destroy();
  }

  async #within<T>(request: TransportRequest, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    using limit = timeoutSignal(clock, timeoutMs, request.signal);
    try {
      return await abortable(work(limit), limit);
    } catch (error) {
      if (error instanceof StatusError || request.signal?.aborted) throw error;
      throw unreachable(
        this.connection,
        limit.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error,
      );
    }
  }

  async #send(request: TransportRequest, agent: HttpAgent): Promise<IncomingMessage> {
    const answered = deferred<IncomingMessage>();
    const { server } = this.connection;
    const send = server.protocol === 'http:' ? httpRequest : httpsRequest;
    const outgoing = send(
      new URL(trimmed(server.pathname) + request.path, server),
      { method: request.method, agent, headers: this.#headers(request), signal: request.signal },
      answered.resolve,
    );
    outgoing.on('error', answered.reject);
    outgoing.end(request.body);
    const response = await answered.promise;
    const status = response.statusCode ?? 0;
    if (status >= 200 && status <= 299) return response;
    throw errorOfResponse(status, await textOf(response), request);
  }

  #headers(request: TransportRequest): Record<string, string> {
    const { token } = this.connection;
    return {
      accept: request.accept ?? 'application/json',
      'user-agent': this.#options.userAgent ?? 'holdfast',
      ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      ...(request.body === undefined ? {} : { 'content-length': `${Buffer.byteLength(request.body)}` }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }
}

/** What TLS needs to know of a connection. */
export function tlsOptionsOf(connection: Connection): Record<string, unknown> {
  const { ca, clientCertificate, clientKey, insecure, serverName } = connection;
  return {
    ca,
    cert: clientCertificate,
    key: clientKey,
    rejectUnauthorized: insecure !== true,
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

function agentFor(connection: Connection, maxSockets: number): HttpAgent {
  const common = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets };
  if (connection.server.protocol === 'http:') return new HttpAgent(common);
  return new HttpsAgent({ ...common, ...tlsOptionsOf(connection) });
}

function trimmed(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The texts of `Warning: 299 - "text"` headers. */
function warningsOf(response: IncomingMessage): readonly string[] {
  const header = response.headersDistinct['warning'] ?? [];
  const quoted = header.join(',').matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g);
  return [...quoted].map((match) => (match[1] ?? '').replaceAll(/\\(.)/g, '$1'));
}

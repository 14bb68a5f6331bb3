import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { UserInfo } from '../../api/resource-api.js';
import type { Clock } from '../../lib/clock.js';
import { flag } from './query.js';

/** Answers from this many bytes on are compressed for clients that can take it. */
const gzipFromBytes = 128 * 1024;

const compress = promisify<Uint8Array, { level: number }, Buffer>(gzip);

/** What HTTP/1.1 and HTTP/2 requests have in common. */
export interface Incoming extends Readable {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What HTTP/1.1 and HTTP/2 answers have in common. */
export interface Outgoing extends Writable {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string | readonly string[]): unknown;
  /** Both have it; the types of HTTP/2 do not say so. */
  flushHeaders?(): void;
}

/** One request and the way to answer it. */
export interface Exchange {
  readonly request: Incoming;
  readonly response: Outgoing;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly user: UserInfo;
  readonly clock: Clock;
  /** Told when the client goes away or the server stops. */
  readonly signal: AbortSignal;
  /** Warnings that go out with the answer's head. */
  readonly warnings: string[];
}

/** An answer that is whole. */
export interface Reply {
  readonly code: number;
  readonly type: string;
  readonly body: Uint8Array;
  /** Documents for programs are sent as they are, also to one who would like to read them. */
  readonly verbatim?: true;
  /** How long clients may keep it; not at all unless given. */
  readonly cache?: string;
}

/** A whole HTTP/1.1 answer of JSON, for a connection that is no request. */
export function plainAnswer(code: number, body: string): string {
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? 'Error'}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`;
}

/** A warning as RFC 7234 writes it; line ends cannot stand in a header. */
function warningHeader(text: string): string {
  const clean = text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"');
  return `299 - "${clean.replaceAll(/[^\x20-\x7e]/g, '?')}"`;
}

/** Sets the head of an answer, with all warnings so far. */
export function setHead({ response, warnings }: Exchange, code: number, type: string): void {
  response.statusCode = code;
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-cache, private');
  if (warnings.length > 0) response.setHeader('warning', [...new Set(warnings)].map(warningHeader));
}

function takesGzip({ request }: Exchange): boolean {
  return /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
}

/** Tools in a person's hands get JSON that can be read, as from Kubernetes; others when they ask for it. */
function isForReading({ request, query }: Exchange): boolean {
  if (query.has('pretty')) return flag(query, 'pretty');
  return /^(curl|Wget|Mozilla\/5\.0)/.test(request.headers['user-agent'] ?? '');
}

function shown(exchange: Exchange, { type, body, verbatim }: Reply): Uint8Array {
  if (verbatim || body.length === 0 || !type.startsWith('application/json') || !isForReading(exchange))
    return body;
  return Buffer.from(JSON.stringify(JSON.parse(Buffer.from(body).toString('utf8')), null, 2));
}

/** Sends a whole answer. */
export async function send(exchange: Exchange, answer: Reply): Promise<void> {
  const { response, method } = exchange;
  const body = shown(exchange, answer);
  setHead(exchange, answer.code, answer.type);
  if (answer.cache !== undefined) response.setHeader('cache-control', answer.cache);
  const small = body.length < gzipFromBytes || !takesGzip(exchange);
  const bytes = small ? body : await compress(body, { level: constants.Z_BEST_SPEED });
  if (!small) {
    response.setHeader('content-encoding', 'gzip');
    response.setHeader('vary', 'Accept-Encoding');
  }
  response.setHeader('content-length', String(bytes.length));
  response.end(method === 'HEAD' ? undefined : bytes);
}

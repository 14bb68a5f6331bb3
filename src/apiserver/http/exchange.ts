import type { IncomingHttpHeaders } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { UserInfo } from '../../api/resource-api.js';
import { badRequest, tooLarge } from '../../api/status-error.js';

/** Largest body that is taken, in bytes. */
export const maxBodyBytes = 3 * 1024 * 1024;

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
}

/** Reads the body; one that is too large is refused without being read to its end. */
export function readBody({ request }: Pick<Exchange, 'request'>): Promise<Buffer> {
  // By events, since iterating over a stream costs more than all the rest of a small request.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      reject(bodyTooLarge());
      return;
    }
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
      // The rest is read and dropped, so that the client gets to read why.
      else reject(bodyTooLarge());
    });
    request.once('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    request.once('error', reject);
    request.once('close', () => {
      if (!request.readableEnded) reject(badRequest('the client went away before its request was whole'));
    });
  });
}

function bodyTooLarge(): Error {
  return tooLarge(`limit is ${maxBodyBytes}`);
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

/** Sends a whole answer. */
export async function send(exchange: Exchange, { code, type, body }: Reply): Promise<void> {
  const { response, method } = exchange;
  setHead(exchange, code, type);
  const small = body.length < gzipFromBytes || !takesGzip(exchange);
  const bytes = small ? body : await compress(body, { level: constants.Z_BEST_SPEED });
  if (!small) {
    response.setHeader('content-encoding', 'gzip');
    response.setHeader('vary', 'Accept-Encoding');
  }
  response.setHeader('content-length', String(bytes.length));
  response.end(method === 'HEAD' ? undefined : bytes);
}

import { once } from 'node:events';
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import { Agent, request } from 'node:https';
import type { Target } from './target.js';

/** One request; `grpc` sends it as a unary call of gRPC. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Uint8Array;
  readonly grpc?: boolean;
}

/** A Node.js client of one server; fails on any answer that is not a success. */
export interface BenchClient {
  /** The bytes of the answer's body. */
  send(call: Call): Promise<readonly Buffer[]>;
  close(): void;
}

/** HTTP/1.1 over so many connections that are kept. */
export function http1Client(target: Target, connections: number): BenchClient {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    ca: target.authority,
    scheduling: 'fifo',
  });
  const { hostname, port } = new URL(target.origin);
  const send: BenchClient['send'] = ({ method, path, body }) =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${target.token}`,
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
      };
      const sent = request({ agent, hostname, port, method, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          if ((answer.statusCode ?? 0) < 300) resolve(chunks);
          else reject(refused({ method, path }, answer.statusCode, chunks));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return { send, close: () => agent.destroy() };
}

/** HTTP/2 over one connection, as Go's clients do it. */
export async function http2Client(target: Target): Promise<BenchClient> {
  const session = connect(target.origin, { ca: target.authority });
  await once(session, 'connect');
  return { send: (call) => sendHttp2(session, target, call), close: () => session.close() };
}

function sendHttp2(
  session: ClientHttp2Session,
  { token }: Target,
  { method, path, body, grpc }: Call,
): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const headers: OutgoingHttpHeaders = {
      ':method': method,
      ':path': path,
      ...(grpc
        ? { 'content-type': 'application/grpc', te: 'trailers' }
        : { authorization: `Bearer ${token}`, accept: 'application/json' }),
      ...(body && !grpc && { 'content-type': 'application/json', 'content-length': body.length }),
    };
    const stream = session.request(headers, { endStream: body === undefined });
    const chunks: Buffer[] = [];
    let status = 0;
    let grpcStatus = '0';
    stream.on('response', (answer) => {
      status = answer[':status'] ?? 0;
      grpcStatus = String(answer['grpc-status'] ?? '0');
    });
    stream.on('trailers', (trailers) => {
      grpcStatus = String(trailers['grpc-status'] ?? '0');
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      if (status < 300 && grpcStatus === '0') resolve(chunks);
      else reject(refused({ method, path }, grpcStatus === '0' ? status : grpcStatus, chunks));
    });
    if (body !== undefined) stream.end(body);
  });
}

function refused(call: Pick<Call, 'method' | 'path'>, code: unknown, body: readonly Buffer[]): Error {
  const text = Buffer.concat(body).toString('utf8').slice(0, 300);
  return new Error(`${call.method} ${call.path} was answered with ${String(code)}: ${text}`);
}

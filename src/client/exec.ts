import { WebSocket } from 'ws';
import type { Status } from '../api/generated/meta-v1.js';
import { onAbort } from '../lib/abort.js';
import { deferred } from '../lib/deferred.js';
import type { Connection } from './connection.js';
import { tlsOptionsOf } from './transport.js';
import { errorOfResponse, parseStatus, unreachable } from './transport-errors.js';

/** What to run in a Pod's container. */
export interface ExecOptions {
  readonly container?: string;
  readonly command: readonly string[];
  /** Standard input, whole or piece by piece; the command reads its end after the last one. None unless given. */
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly tty?: boolean;
  /** With a terminal: calls back with its size, in characters, now and whenever it changes; returns the way to stop. */
  readonly onSize?: (tell: (size: TerminalSize) => void) => () => void;
  readonly signal?: AbortSignal;
  /** Receives output as it comes; then it is not collected. */
  readonly onStdout?: (chunk: Buffer) => void;
  readonly onStderr?: (chunk: Buffer) => void;
}

/** Size of a terminal in characters. */
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** How the command ended and what it printed. */
export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Names the Pod to run in. */
export interface ExecTarget {
  readonly namespace: string;
  readonly name: string;
}

/** Version 5 can say that standard input is over; version 4 cannot. */
const PROTOCOL = 'v5.channel.k8s.io';
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const RESIZE = 4;
const CLOSE = 255;

/** Runs a command in a container over one WebSocket, and resolves with its exit code whatever that is. */
export async function execInPod(
  client: { readonly connection: Connection },
  pod: ExecTarget,
  options: ExecOptions,
): Promise<ExecResult> {
  const { connection } = client;
  const path = execPath(pod, options);
  const socket = new WebSocket(webSocketUrl(connection, path), [PROTOCOL], {
    ...tlsOptionsOf(connection),
    headers: connection.token === undefined ? {} : { authorization: `Bearer ${connection.token}` },
  });
  const forget = onAbort(options.signal, () => socket.terminate());
  try {
    const session = new ExecSession(socket, options);
    await opened(socket, connection, path);
    const stopSizes = session.sendSizes();
    // The command may end while a person's keyboard goes on: only a failure to send is waited for.
    const sending = session.sendStdin();
    const result = session.result(connection).finally(stopSizes);
    return await Promise.race([result, sending.then(() => result)]);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    forget();
    socket.terminate();
  }
}

class ExecSession {
  readonly #socket: WebSocket;
  readonly #options: ExecOptions;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  readonly #closed = deferred();
  #status: Status | undefined;

  constructor(socket: WebSocket, options: ExecOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('message', (data) => this.#receive(bufferOf(data)));
    socket.on('close', () => this.#closed.resolve());
    socket.on('error', () => this.#closed.resolve());
  }

  async result(connection: Connection): Promise<ExecResult> {
    await this.#closed.promise;
    if (this.#status === undefined) {
      throw unreachable(connection, new Error('the connection ended before the command did'));
    }
    const exitCode = exitCodeOf(this.#status);
    return { exitCode, stdout: Buffer.concat(this.#stdout), stderr: Buffer.concat(this.#stderr) };
  }

  async sendStdin(): Promise<void> {
    const { stdin } = this.#options;
    if (stdin === undefined) return;
    for await (const chunk of piecesOf(stdin)) {
      if (!(await this.#send(STDIN, chunk))) return;
    }
    await this.#send(CLOSE, Uint8Array.of(STDIN));
  }

  sendSizes(): () => void {
    const tell = ({ width, height }: TerminalSize): void => {
      const text = JSON.stringify({ Width: width, Height: height });
      this.#socket.send(Buffer.concat([Uint8Array.of(RESIZE), Buffer.from(text)]), () => {});
    };
    return this.#options.onSize?.(tell) ?? (() => {});
  }

  /** False when the command is over and takes no more. */
  async #send(channel: number, bytes: Uint8Array): Promise<boolean> {
    const sent = deferred<boolean>();
    this.#socket.send(Buffer.concat([Uint8Array.of(channel), bytes]), (error) => sent.resolve(error == null));
    return sent.promise;
  }

  #receive(message: Buffer): void {
    const chunk = message.subarray(1);
    const channel = message[0];
    if (channel === STDOUT)
      this.#options.onStdout === undefined ? this.#stdout.push(chunk) : this.#options.onStdout(chunk);
    if (channel === STDERR)
      this.#options.onStderr === undefined ? this.#stderr.push(chunk) : this.#options.onStderr(chunk);
    if (channel === STATUS) {
      this.#status = endOf(chunk.toString());
      this.#socket.close();
    }
  }
}

/** The runtime's word on the end is a Status that does not say so: it has no kind. */
function endOf(text: string): Status | undefined {
  return parseStatus(text.replace(/^\s*\{(?!\s*"kind")/, '{"kind":"Status",'));
}

function execPath(pod: ExecTarget, options: ExecOptions): string {
  const query = new URLSearchParams();
  for (const argument of options.command) query.append('command', argument);
  if (options.container !== undefined) query.set('container', options.container);
  const tty = options.tty === true;
  const streams = { stdin: options.stdin !== undefined, stdout: true, stderr: !tty, tty };
  for (const [name, wanted] of Object.entries(streams)) if (wanted) query.set(name, 'true');
  return `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/exec?${query}`;
}

function webSocketUrl(connection: Connection, path: string): URL {
  const base = connection.server.pathname.replace(/\/$/, '');
  const url = new URL(base + path, connection.server);
  url.protocol = connection.server.protocol === 'http:' ? 'ws:' : 'wss:';
  return url;
}

async function opened(socket: WebSocket, connection: Connection, path: string): Promise<void> {
  const open = deferred();
  socket.on('open', () => open.resolve());
  socket.on('error', (error) => open.reject(unreachable(connection, error)));
  socket.on('close', () => open.reject(unreachable(connection, new Error('the connection was closed'))));
  socket.on('unexpected-response', (_request, response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      open.reject(errorOfResponse(response.statusCode ?? 0, body, { method: 'GET', path }));
    });
  });
  await open.promise;
}

/** 0 for success; otherwise the code that the Status carries, or an error when the command never ran. */
function exitCodeOf(status: Status): number {
  if (status.status === 'Success') return 0;
  const code = status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code !== undefined) return Number(code);
  throw errorOfResponse(status.code ?? 500, JSON.stringify({ kind: 'Status', ...status }), {
    method: 'GET',
    path: 'exec',
  });
}

async function* piecesOf(stdin: NonNullable<ExecOptions['stdin']>): AsyncIterable<Uint8Array> {
  if (typeof stdin === 'string') yield Buffer.from(stdin);
  else if (stdin instanceof Uint8Array) yield* chunksOf(stdin);
  else yield* stdin;
}

const CHUNK_BYTES = 64 * 1024;

function* chunksOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
    yield bytes.subarray(start, start + CHUNK_BYTES);
}

function bufferOf(data: Buffer | ArrayBuffer | readonly Buffer[]): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.concat(data);
}

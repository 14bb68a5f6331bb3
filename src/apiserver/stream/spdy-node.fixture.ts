import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { constants, inflateSync } from 'node:zlib';
import type { NodeApi } from '../../api/node-api.js';
import { spdyDictionary } from './spdy-dictionary.fixture.js';

/** A node whose streaming server speaks SPDY. */
export interface SpdyNode extends AsyncDisposable {
  readonly api: NodeApi;
  /** Query of the last call. */
  readonly calls: string[];
}

/** A stream as the node sees it. */
interface SpdyStream {
  write(data: Uint8Array | string): void;
  end(data?: string): void;
  onData: (data: Buffer) => void;
  onEnd: () => void;
}

const synStream = 1;
const synReply = 2;
const zlibHeader = Buffer.from([0x78, 0x01]);
/** A deflate block that is stored, not compressed: four bytes, the number of headers, which is 0; then an empty block, which flushes. */
const storedZero = Buffer.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);

function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

/** The other side of SPDY/3.1, as Go's spdystream is: no flow control, headers through one zlib stream. Nothing of ours in it. */
class SpdyPeer {
  readonly #socket: Duplex;
  readonly #opened: (type: string, stream: SpdyStream) => void;
  readonly #streams = new Map<number, SpdyStream>();
  #pending = Buffer.alloc(0);
  #headerBlocks = Buffer.alloc(0);
  #headerBytes = 0;
  #replied = false;

  constructor(socket: Duplex, opened: (type: string, stream: SpdyStream) => void) {
    this.#socket = socket;
    this.#opened = opened;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  #take(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 8) {
      const length = this.#pending.readUInt32BE(4) & 0xffffff;
      if (this.#pending.length < 8 + length) return;
      const frame = this.#pending.subarray(0, 8 + length);
      this.#pending = this.#pending.subarray(8 + length);
      this.#frame(frame);
    }
  }

  #frame(frame: Buffer): void {
    const payload = frame.subarray(8);
    if (frame.readUInt16BE(0) === 0x8003) {
      if (frame.readUInt16BE(2) === synStream) this.#open(payload.readUInt32BE(0), payload.subarray(10));
      return;
    }
    const stream = this.#streams.get(frame.readUInt32BE(0));
    if (payload.length > 0) stream?.onData(payload);
    if (frame.readUInt8(4) & 1) stream?.onEnd();
  }

  #open(id: number, block: Buffer): void {
    const type = this.#headers(block).get('streamtype') ?? '';
    const stream: SpdyStream = {
      write: (data) => this.#send(id, Buffer.from(data), false),
      end: (data = '') => this.#send(id, Buffer.from(data), true),
      onData: () => {},
      onEnd: () => {},
    };
    this.#streams.set(id, stream);
    this.#reply(id);
    this.#opened(type, stream);
  }

  /** Accepts a stream with no headers: the block of a reply goes on in one zlib stream, here as stored blocks. */
  #reply(id: number): void {
    const block = Buffer.concat([this.#replied ? Buffer.alloc(0) : zlibHeader, storedZero]);
    this.#replied = true;
    this.#socket.write(Buffer.concat([uint32(0x80030000 + synReply, 4 + block.length, id), block]));
  }

  #headers(block: Buffer): Map<string, string> {
    this.#headerBlocks = Buffer.concat([this.#headerBlocks, block]);
    const all = inflateSync(this.#headerBlocks, {
      dictionary: spdyDictionary,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    let rest = all.subarray(this.#headerBytes);
    this.#headerBytes = all.length;
    const next = (): string => {
      const length = rest.readUInt32BE(0);
      const text = rest.subarray(4, 4 + length).toString();
      rest = rest.subarray(4 + length);
      return text;
    };
    const count = rest.readUInt32BE(0);
    rest = rest.subarray(4);
    return new Map(Array.from({ length: count }, () => [next(), next()]));
  }

  #send(id: number, data: Buffer, end: boolean): void {
    const whole = Buffer.concat([uint32(id, (end ? 0x01000000 : 0) | data.length), data]);
    if (this.#socket.write(whole)) return;
    this.#socket.pause();
    this.#socket.once('drain', () => this.#socket.resume());
  }
}

const success = '{"metadata":{},"status":"Success"}';
const exit3 =
  '{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}';

/** `cat` copies, `size` says how large its terminal is, `hang` does nothing, `fail` says something on stderr and ends with 3, `say` says something and ends. */
function runCommand(command: string, streams: ReadonlyMap<string, SpdyStream>): void {
  const finish = (status: string): void => {
    for (const name of ['stdout', 'stderr']) streams.get(name)?.end();
    streams.get('error')?.end(status);
  };
  const stdin = streams.get('stdin');
  if (command === 'cat' && stdin !== undefined) {
    stdin.onData = (data) => streams.get('stdout')?.write(data);
    stdin.onEnd = () => finish(success);
    return;
  }
  if (command === 'hang') return;
  const resize = streams.get('resize');
  if (command === 'size' && resize !== undefined) {
    resize.onData = (data) => {
      streams.get('stdout')?.write(data);
      finish(success);
    };
    return;
  }
  if (command === 'fail') streams.get('stderr')?.write('it went wrong\n');
  else streams.get('stdout')?.write('hello\n');
  finish(command === 'fail' ? exit3 : success);
}

function serveExec(socket: Duplex, url: URL): void {
  const names = ['stdin', 'stdout', 'stderr', 'tty'];
  const asked = names.filter((name) => url.searchParams.get(name) === 'true');
  const streams = new Map<string, SpdyStream>();
  new SpdyPeer(socket, (type, stream) => {
    streams.set(type, stream);
    if (streams.size === asked.length + 1) runCommand(url.searchParams.get('command') ?? '', streams);
  });
}

/** A port behind which everything comes back as it went in; what is asked for is not looked at. */
function serveEcho(socket: Duplex): void {
  const errors: SpdyStream[] = [];
  new SpdyPeer(socket, (type, stream) => {
    if (type === 'error') {
      errors.push(stream);
      return;
    }
    stream.onData = (data) => stream.write(data);
    stream.onEnd = () => {
      stream.end();
      errors.shift()?.end();
    };
  });
}

/** Port-forward is tested as a tunnel: what comes in goes to a TCP server as it is. */
function serveRaw(socket: Duplex, port: number): void {
  const inner = connect(port, '127.0.0.1');
  inner.pipe(socket).pipe(inner);
  inner.on('error', () => socket.destroy());
  socket.on('error', () => inner.destroy());
}

function nodeApi(port: number): NodeApi {
  const url = (path: string, params: Record<string, string> = {}): Promise<URL> =>
    Promise.resolve(new URL(`http://127.0.0.1:${port}${path}?${new URLSearchParams(params)}`));
  return {
    async *logs(_pod, { container, tailLines }) {
      yield Buffer.from(`log of ${container}\n`);
      if (tailLines === undefined) yield Buffer.from('second line\n');
    },
    exec: (_pod, { command, stdin, stdout, stderr, tty }) =>
      url('/exec', {
        command: command.join(' '),
        stdin: String(stdin),
        stdout: String(stdout),
        stderr: String(stderr),
        tty: String(tty),
      }),
    attach: () => url('/attach', { command: 'say', stdout: 'true' }),
    portForward: () => url('/portforward'),
  };
}

/** Starts one; `rawPort` is where port-forwards go as they come, without it their streams are an echo. */
export async function spdyNode(rawPort = 0): Promise<SpdyNode> {
  const sockets = new Set<Socket>();
  const calls: string[] = [];
  const server = createServer((_request, response) => {
    response.statusCode = 404;
    response.end('container not found');
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', (request: IncomingMessage, socket) => {
    const url = new URL(request.url ?? '/', 'http://node');
    const [protocol = ''] = String(request.headers['x-stream-protocol-version']).split(', ');
    calls.push(`${url.pathname}${url.search} ${protocol}`);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
    );
    if (url.pathname !== '/portforward') serveExec(socket, url);
    else if (rawPort === 0) serveEcho(socket);
    else serveRaw(socket, rawPort);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api = nodeApi(port);
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { api, calls, [Symbol.asyncDispose]: close };
}

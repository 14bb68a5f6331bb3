import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { NodeApi } from '../../api/node-api.js';

/** A node whose streaming server speaks SPDY by a library that is not ours, so that both sides can be wrong only together with it. */
export interface SpdyNode extends AsyncDisposable {
  readonly api: NodeApi;
  /** Query of the last call. */
  readonly calls: string[];
}

interface SpdyStream extends Duplex {
  readonly headers: Record<string, string>;
  respond(status: number, headers: object): void;
}

interface SpdyConnection {
  on(event: 'stream', listener: (stream: SpdyStream) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  start(version: number): void;
}

const transport: {
  connection: { create(socket: Duplex, options: object): SpdyConnection };
} = createRequire(import.meta.url)('spdy-transport');

const success = '{"metadata":{},"status":"Success"}';
const exit3 =
  '{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}';

/** `cat` copies, `fail` says something on stderr and ends with 3, `say` says something and ends. */
function runCommand(command: string, streams: ReadonlyMap<string, SpdyStream>): void {
  const stream = (name: string): SpdyStream | undefined => streams.get(name);
  const finish = (status: string): void => {
    for (const name of ['stdout', 'stderr']) stream(name)?.end();
    stream('error')?.end(status);
  };
  if (command === 'cat') {
    const stdin = stream('stdin');
    stdin?.pipe(stream('stdout') ?? stdin, { end: false });
    stdin?.once('end', () => finish(success));
    return;
  }
  if (command === 'fail') {
    stream('stderr')?.write('it went wrong\n');
    finish(exit3);
    return;
  }
  stream('stdout')?.write('hello\n');
  finish(success);
}

function serveExec(socket: Duplex, url: URL): void {
  const connection = transport.connection.create(socket, {
    protocol: 'spdy',
    isServer: true,
    windowSize: 1 << 20,
  });
  const wanted = [
    'error',
    ...['stdin', 'stdout', 'stderr'].filter((name) => url.searchParams.get(name) === 'true'),
  ];
  const streams = new Map<string, SpdyStream>();
  connection.on('error', () => {});
  connection.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.respond(200, {});
    streams.set(stream.headers['streamtype'] ?? '', stream);
    if (streams.size === wanted.length) runCommand(url.searchParams.get('command') ?? '', streams);
  });
  connection.start(3.1);
}

/** Port-forward is tested as a tunnel: what comes in goes to a TCP server as it is. */
function serveRaw(socket: Duplex, port: number): void {
  const inner = connect(port, '127.0.0.1');
  inner.pipe(socket).pipe(inner);
  inner.on('error', () => socket.destroy());
  socket.on('error', () => inner.destroy());
}

/** Starts one; `rawPort` is where port-forwards go. */
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
    if (url.pathname === '/portforward') serveRaw(socket, rawPort);
    else serveExec(socket, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = (path: string, params: Record<string, string> = {}): Promise<URL> =>
    Promise.resolve(new URL(`http://127.0.0.1:${port}${path}?${new URLSearchParams(params)}`));
  const api: NodeApi = {
    async *logs(_pod, { container, tailLines }) {
      yield Buffer.from(`log of ${container}\n`);
      if (tailLines === undefined) yield Buffer.from('second line\n');
    },
    exec: (_pod, { command, stdin, stdout, stderr }) =>
      url('/exec', {
        command: command.join(' '),
        stdin: String(stdin),
        stdout: String(stdout),
        stderr: String(stderr),
      }),
    attach: () => url('/attach', { command: 'say', stdout: 'true' }),
    portForward: () => url('/portforward'),
  };
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { api, calls, [Symbol.asyncDispose]: close };
}

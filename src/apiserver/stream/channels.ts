import type { WebSocket } from 'ws';
import { dataFrame, FrameReader, openWindows, pingFrame, type SpdyFrame, synStream } from './spdy-frames.js';
import { messageBytes, sendHeld, writeHeld } from './tunnel.js';
import type { Upstream } from './upstream.js';

/** Channels of `v4.channel.k8s.io`, each the first byte of a message, in the order in which nodes want the streams. */
const channelNumbers = { error: 3, stdin: 0, stdout: 1, stderr: 2, resize: 4 } as const;

/** In v5: the next byte names a channel that has no more to come. */
const closeSignal = 255;

type ChannelName = keyof typeof channelNumbers;

/** Which channels a call has. */
export interface Channels {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** One channel of the WebSocket and the stream that it stands for. */
interface ChannelStream {
  readonly channel: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the client may write to it. */
  readonly toNode: boolean;
  /** Whether the node may bring something, and so has to end it. */
  readonly fromNode: boolean;
  /** What the client is told first. */
  readonly greeting?: Buffer;
}

function namesOf({ stdin, stdout, stderr, tty }: Channels): readonly ChannelName[] {
  const names: ChannelName[] = ['error'];
  if (stdin) names.push('stdin');
  if (stdout) names.push('stdout');
  // With a terminal there is but one output.
  if (stderr && !tty) names.push('stderr');
  if (tty) names.push('resize');
  return names;
}

function streamsOfCall(channels: Channels): readonly ChannelStream[] {
  const names = namesOf(channels);
  // Tells the client that the connection stands.
  const first = names.find((name) => name === 'stdout' || name === 'stderr') ?? 'error';
  return names.map((name) => ({
    channel: channelNumbers[name],
    headers: { streamtype: name },
    toNode: name === 'stdin' || name === 'resize',
    fromNode: name === 'error' || name === 'stdout' || name === 'stderr',
    ...(name === first && { greeting: Buffer.alloc(0) }),
  }));
}

/** Two channels a port: its bytes, and what went wrong; both begin with the number of the port, its low byte first. */
function streamsOfPorts(ports: readonly number[]): readonly ChannelStream[] {
  return ports.flatMap((port, index) => {
    const greeting = Buffer.alloc(2);
    greeting.writeUInt16LE(port);
    const headers = { port: String(port), requestid: String(index) };
    return [
      {
        channel: index * 2 + 1,
        headers: { streamtype: 'error', ...headers },
        toNode: false,
        fromNode: true,
        greeting,
      },
      {
        channel: index * 2,
        headers: { streamtype: 'data', ...headers },
        toNode: true,
        fromNode: true,
        greeting,
      },
    ];
  });
}

/** Translates between the channels of a WebSocket and the streams of a SPDY connection. */
class Translation {
  readonly #ws: WebSocket;
  readonly #upstream: Upstream;
  readonly #reader = new FrameReader();
  readonly #streamOf = new Map<number, number>();
  readonly #channelOf = new Map<number, number>();
  /** Streams that still may bring something. */
  readonly #open = new Set<number>();
  readonly #closable: boolean;
  /** Whether the node has said how the command ended. */
  #told = false;

  constructor(ws: WebSocket, upstream: Upstream, streams: readonly ChannelStream[]) {
    this.#ws = ws;
    this.#upstream = upstream;
    this.#closable = ws.protocol.startsWith('v5');
    this.#openStreams(streams);
    for (const { channel, greeting } of streams) {
      if (greeting !== undefined) ws.send(Buffer.concat([Buffer.from([channel]), greeting]));
    }
  }

  run(): void {
    const { socket, head } = this.#upstream;
    const ws = this.#ws;
    ws.on('message', (data) => this.#fromClient(messageBytes(data)));
    ws.once('close', () => socket.destroy());
    ws.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => this.#fromNode(chunk));
    socket.once('close', () => this.#finish(this.#told ? 1000 : 1011));
    socket.on('error', () => this.#finish(1011));
    if (head.length > 0) this.#fromNode(head);
  }

  #openStreams(streams: readonly ChannelStream[]): void {
    const { socket } = this.#upstream;
    socket.write(openWindows());
    for (const [index, { channel, headers, toNode, fromNode }] of streams.entries()) {
      const stream = index * 2 + 1;
      if (toNode) this.#streamOf.set(channel, stream);
      this.#channelOf.set(stream, channel);
      if (fromNode) this.#open.add(stream);
      socket.write(synStream(stream, headers, index === 0));
    }
  }

  #fromClient(message: Buffer): void {
    const [channel = -1, closed = -1] = message;
    if (this.#closable && channel === closeSignal) {
      this.#write(closed, Buffer.alloc(0), true);
      return;
    }
    this.#write(channel, message.subarray(1), false);
  }

  #write(channel: number, data: Uint8Array, end: boolean): void {
    const stream = this.#streamOf.get(channel);
    if (stream === undefined || (data.length === 0 && !end)) return;
    writeHeld(this.#upstream.socket, dataFrame(stream, data, end), this.#ws);
    if (end) this.#streamOf.delete(channel);
  }

  #fromNode(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.push(chunk)) this.#take(frame);
    } catch {
      this.#finish(1011);
    }
  }

  #take(frame: SpdyFrame): void {
    if (frame.type === 'ping') {
      // Those with even numbers come from the other side and want an answer.
      if (frame.id % 2 === 0) this.#upstream.socket.write(pingFrame(frame.id));
      return;
    }
    if (frame.type === 'data') this.#data(frame);
    if (frame.type === 'reset') this.#ended(frame.stream);
  }

  #data({ stream, data, end }: SpdyFrame & { readonly type: 'data' }): void {
    const channel = this.#channelOf.get(stream);
    if (channel === channelNumbers.error) this.#told = true;
    if (channel !== undefined && data.length > 0) {
      sendHeld(this.#ws, Buffer.concat([Buffer.from([channel]), data]), this.#upstream.socket);
    }
    if (end) this.#ended(stream);
  }

  #ended(stream: number): void {
    this.#open.delete(stream);
    if (this.#open.size === 0) this.#finish();
  }

  #finish(code = 1000): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.close(code);
    this.#upstream.socket.end();
  }
}

/** Carries exec and attach between a WebSocket client and a node. */
export function translateChannels(ws: WebSocket, upstream: Upstream, channels: Channels): void {
  new Translation(ws, upstream, streamsOfCall(channels)).run();
}

/** Carries port-forward between a WebSocket client that speaks channels, as Kubernetes' own client libraries do, and a node. */
export function translatePorts(ws: WebSocket, upstream: Upstream, ports: readonly number[]): void {
  new Translation(ws, upstream, streamsOfPorts(ports)).run();
}

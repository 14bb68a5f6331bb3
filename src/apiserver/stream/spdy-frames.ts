/**
 * As much of SPDY/3.1 as the streaming protocols of Kubernetes use, for the side that opens the streams. Own frames
 * instead of a library, since the servers at the other end (Go's spdystream) know no flow control: a library that waits
 * for window updates would stand still after 64 KiB. Back-pressure is that of the socket.
 */

/** A frame from the other side. Headers of replies are not looked at, so they are not decompressed. */
export type SpdyFrame =
  | { readonly type: 'data'; readonly stream: number; readonly end: boolean; readonly data: Buffer }
  | { readonly type: 'reset'; readonly stream: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'goaway' }
  | { readonly type: 'other' };

const headBytes = 8;
const controlBit = 0x8000;
const version = 3;
const finFlag = 0x01;
const types = { synStream: 1, reset: 3, settings: 4, ping: 6, goaway: 7, windowUpdate: 9 } as const;

/** Longest frame that is taken; a peer that sends more is not one of those we talk to. */
const maxFrameBytes = 16 * 1024 * 1024 - 1;

function control(type: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(controlBit | version, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE((flags << 24) | payload.length, 4);
  return Buffer.concat([head, payload]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function lengthAnd(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([numbers(bytes.length), bytes]);
}

/** The empty block that makes a decompressor give out what it has. */
const flush = Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]);

/** Headers as one stored block of the connection's zlib stream: valid for every decompressor, with nothing to compress. */
function stored(plain: Buffer, first: boolean): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt16LE(plain.length, 1);
  head.writeUInt16LE(~plain.length & 0xffff, 3);
  return Buffer.concat([Buffer.from(first ? [0x78, 0x01] : []), head, plain, flush]);
}

/** What the protocol wants of every request, although the nodes look at none of it. */
const requestLine = {
  ':method': 'POST',
  ':path': '/',
  ':version': 'HTTP/1.1',
  ':host': 'node',
  ':scheme': 'http',
};

/** Opens a stream. `first` is true for the first one of the connection, which begins its compressed headers. */
export function synStream(stream: number, headers: Readonly<Record<string, string>>, first: boolean): Buffer {
  const list = Object.entries({ ...requestLine, ...headers }).map(([name, value]) =>
    Buffer.concat([lengthAnd(name), lengthAnd(value)]),
  );
  const block = stored(Buffer.concat([numbers(list.length), ...list]), first);
  const payload = Buffer.concat([numbers(stream, 0), Buffer.from([0, 0]), block]);
  return control(types.synStream, 0, payload);
}

/** Bytes of a stream; `end` closes our half of it. */
export function dataFrame(stream: number, data: Uint8Array, end: boolean): Buffer {
  const head = numbers(stream, ((end ? finFlag : 0) << 24) | data.length);
  return Buffer.concat([head, data]);
}

/** The answer to a ping. */
export function pingFrame(id: number): Buffer {
  return control(types.ping, 0, numbers(id));
}

/** Opens the windows as wide as they go, for peers that do know flow control. */
export function openWindows(): Buffer {
  const widest = 0x7fffffff;
  const initialWindowSize = 7;
  const settings = control(types.settings, 0, numbers(1, initialWindowSize, widest));
  return Buffer.concat([settings, control(types.windowUpdate, 0, numbers(0, widest - 0x10000))]);
}

function controlFrame(type: number, payload: Buffer): SpdyFrame {
  if (type === types.reset && payload.length >= 4) return { type: 'reset', stream: payload.readUInt32BE(0) };
  if (type === types.ping && payload.length >= 4) return { type: 'ping', id: payload.readUInt32BE(0) };
  return { type: type === types.goaway ? 'goaway' : 'other' };
}

function frameOf(head: Buffer, payload: Buffer): SpdyFrame {
  const first = head.readUInt32BE(0);
  if (first >= 0x80000000) return controlFrame(first & 0xffff, payload);
  const end = ((head[4] ?? 0) & finFlag) !== 0;
  return { type: 'data', stream: first, end, data: payload };
}

/** Cuts what arrives into frames. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #head: Buffer | undefined;

  /** The frames that are whole now. */
  push(chunk: Buffer): SpdyFrame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: SpdyFrame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): SpdyFrame | undefined {
    this.#head ??= this.#take(headBytes);
    if (this.#head === undefined) return undefined;
    const length = this.#head.readUInt32BE(4) & 0xffffff;
    if (length > maxFrameBytes) throw new Error(`a SPDY frame of ${length} bytes arrived, which is too long`);
    const payload = this.#take(length);
    if (payload === undefined) return undefined;
    const head = this.#head;
    this.#head = undefined;
    return frameOf(head, payload);
  }

  #take(count: number): Buffer | undefined {
    if (this.#size < count) return undefined;
    const [only] = this.#chunks;
    const all = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    this.#size -= count;
    this.#chunks = this.#size === 0 ? [] : [all.subarray(count)];
    return all.subarray(0, count);
  }
}

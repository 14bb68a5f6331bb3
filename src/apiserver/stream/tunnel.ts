import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Upstream } from './upstream.js';

/** Bytes that may wait for a WebSocket's reader before the sender is held back. */
const highWater = 1024 * 1024;

/** Ends both when one ends, and gives up silently on what cannot be written any more. */
function tieSockets(client: Duplex, node: Duplex): void {
  // An error is followed by a close, which decides.
  client.on('error', () => {});
  node.on('error', () => {});
  client.once('close', () => node.destroy());
  node.once('close', () => destroyWritten(client));
}

/** Destroys a socket when it has passed on what it was given: the last words of a command are often still on their way. */
function destroyWritten(socket: Duplex): void {
  if (socket.destroyed) return;
  if (socket.writableLength === 0) socket.destroy();
  else socket.end(() => socket.destroy());
}

/** Passes the bytes of a SPDY connection on as they are. */
export function passThrough(client: Duplex, upstream: Upstream, head: Buffer): void {
  const { socket } = upstream;
  if (head.length > 0) socket.write(head);
  if (upstream.head.length > 0) client.write(upstream.head);
  tieSockets(client, socket);
  client.pipe(socket);
  socket.pipe(client);
}

/** Sends a message, and holds the source back while too much waits for the reader. */
export function sendHeld(ws: WebSocket, message: Buffer, source: Duplex): void {
  if (ws.readyState !== ws.OPEN) return;
  ws.send(message, () => {
    if (source.isPaused() && ws.bufferedAmount < highWater / 2) source.resume();
  });
  if (ws.bufferedAmount > highWater) source.pause();
}

/** Writes to a socket, and holds the WebSocket back while the socket is full. */
export function writeHeld(socket: Duplex, bytes: Uint8Array, ws: WebSocket): void {
  if (socket.destroyed || socket.write(bytes)) return;
  ws.pause();
  socket.once('drain', () => ws.resume());
}

/** The bytes of a message, however many pieces it came in. */
export function messageBytes(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

/** Carries a SPDY connection in the binary messages of a WebSocket, as `kubectl port-forward` does. */
export function tunnelSpdy(ws: WebSocket, upstream: Upstream): void {
  const { socket, head } = upstream;
  if (head.length > 0) sendHeld(ws, head, socket);
  ws.on('message', (data) => writeHeld(socket, messageBytes(data), ws));
  socket.on('data', (chunk: Buffer) => sendHeld(ws, chunk, socket));
  socket.once('end', () => ws.close(1000));
  socket.once('close', () => ws.close(1000));
  socket.on('error', () => ws.close(1011));
  ws.once('close', () => socket.destroy());
  ws.on('error', () => socket.destroy());
}

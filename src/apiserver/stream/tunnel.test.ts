import { type Duplex, duplexPair } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { passThrough } from './tunnel.js';

async function textFrom(stream: Duplex): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

test('what a node said last arrives, however late its reader is', async () => {
  const [client, reader] = duplexPair();
  const [socket, node] = duplexPair();
  // All that the way to the reader holds: what comes after it has to wait.
  const head = Buffer.alloc(reader.readableHighWaterMark - 1, '.');
  passThrough(client, { socket, head, protocol: undefined }, Buffer.alloc(0));
  await setImmediate();
  node.write('first ');
  await setImmediate();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // As a socket does whose other side has ended: it is gone before anybody reads what it brought.
  socket.once('end', () => socket.end());
  node.resume().end('last');
  await closed;
  await setImmediate();
  expect((await textFrom(reader)).slice(head.length)).toBe('first last');
});

test('one side that is lost takes the other one with it', async () => {
  const [client, reader] = duplexPair();
  const [socket, node] = duplexPair();
  passThrough(client, { socket, head: Buffer.alloc(0), protocol: undefined }, Buffer.alloc(0));
  reader.resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  node.resume();
  client.destroy();
  await closed;
  expect(socket.destroyed).toBe(true);
});

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { NodeSocket } from './node-socket.js';

/** A connection to a server on this machine, and what the server has of it. */
async function connected(): Promise<{ ours: NodeSocket; theirs: Socket }> {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection');
  const ours = new NodeSocket();
  ours.connect(port, '127.0.0.1');
  await once(ours, 'connect');
  const [theirs] = await accepted;
  server.close();
  return { ours, theirs };
}

/** Says something, and resets the connection while what it was sent lies there unread. */
async function sayAndReset({ ours, theirs }: { ours: NodeSocket; theirs: Socket }, words: string) {
  await new Promise((resolve) => ours.write('typed', resolve));
  await new Promise((resolve) => theirs.write(words, resolve));
  theirs.resetAndDestroy();
  await once(theirs, 'close');
}

async function textFrom(socket: NodeSocket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

test('what was said before a reset is heard, also when writing fails first', async () => {
  const both = await connected();
  await sayAndReset(both, 'last words');
  await new Promise((resolve) => both.ours.write('typed too late', resolve));
  both.ours.write('and ');
  both.ours.write('more');
  expect(await textFrom(both.ours)).toBe('last words');
});

test('what was received before a reset is heard by a reader who takes it late', async () => {
  const { ours, theirs } = await connected();
  // Reads ahead, as a socket does whose reader is held up.
  ours.once('data', () => ours.pause());
  const first = once(ours, 'data');
  theirs.write('first ');
  expect(String((await first)[0])).toBe('first ');
  theirs.write('last');
  while (ours.readableLength < 4) await setImmediate();
  theirs.resetAndDestroy();
  await once(theirs, 'close');
  // A turn of the loop in which the reset is seen.
  await setImmediate();
  await setImmediate();
  expect(await textFrom(ours)).toBe('last');
});

test('it ends after that, and is closed', async () => {
  const both = await connected();
  await sayAndReset(both, 'last words');
  const closed = once(both.ours, 'close');
  both.ours.resume();
  await closed;
  expect([both.ours.destroyed, both.ours.errored]).toEqual([true, null]);
});

test('that there is nobody to connect to is an error', async () => {
  const { ours, theirs } = await connected();
  const port = theirs.localPort ?? 0;
  theirs.destroy();
  ours.destroy();
  const late = new NodeSocket();
  late.connect(port, '127.0.0.1');
  const [error] = await once(late, 'error').catch((reason: unknown) => [reason]);
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});

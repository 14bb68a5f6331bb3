import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { holdFreePort, holdPort } from './held-socket.js';

/** A program that listens on descriptor 3, answers one connection with its argument, and ends. */
const PROGRAM = `require('net').createServer((c) => { c.end(process.argv[1]); c.on('close', () => process.exit()) }).listen({ fd: 3 })`;

describe('a held socket', () => {
  it('serves through whoever has it, and connections wait between two lives', async () => {
    await using socket = await holdFreePort(31_000);
    for (const life of ['one', 'two']) {
      const child = spawn(process.execPath, ['-e', PROGRAM, life], {
        stdio: ['ignore', 'ignore', 'inherit', socket.fd],
      });
      const exit = once(child, 'exit');
      if (life === 'one') await untilListening(socket.port);
      // In the second life this connection may be there before the program: the kernel keeps it.
      else expect(await text(connect(socket.port, '127.0.0.1'))).toBe('two');
      await exit;
    }
  });

  it('is refused when the port is taken', async () => {
    const server = createServer();
    await using socket = await holdFreePort(31_100);
    expect(await holdPort(socket.port)).toBeUndefined();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    expect(
      await holdPort(typeof address === 'object' && address !== null ? address.port : 0),
    ).toBeUndefined();
    await new Promise((resolve) => server.close(resolve));
  });
});

/** Connects until someone answers: before the first life nothing listens. */
async function untilListening(port: number): Promise<void> {
  for (;;) {
    const answer = await text(connect(port, '127.0.0.1')).catch(() => undefined);
    if (answer !== undefined) {
      expect(answer).toBe('one');
      return;
    }
  }
}

import { createHash, randomBytes } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { adminToken, eveToken, type HttpsFixture, httpsFixture } from '../https.fixture.js';
import { type SpdyNode, spdyNode } from './spdy-node.fixture.js';

let node: SpdyNode;
let at: HttpsFixture;
beforeEach(async () => {
  const echo = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  echo.unref();
  const { port } = echo.address() as AddressInfo;
  node = await spdyNode(port);
  at = await httpsFixture({ nodes: (name) => (name === 'node-0' ? node.api : undefined) });
  const pod: Pod = {
    metadata: { name: 'p', namespace: 'default' },
    spec: { nodeName: 'node-0', containers: [{ name: 'main', image: 'busybox' }] },
  };
  await at.api.create(kinds.Pod, pod);
});
afterEach(async () => {
  await at[Symbol.asyncDispose]();
  await node[Symbol.asyncDispose]();
});

interface Session {
  readonly ws: WebSocket;
  readonly outputs: Map<number, Buffer[]>;
  readonly closed: Promise<number>;
}

function open(path: string, protocols: string[], token = adminToken): Promise<Session> {
  const ws = new WebSocket(
    `wss://127.0.0.1:${at.https.port}/api/v1/namespaces/default/pods/p/${path}`,
    protocols,
    {
      ca: at.pki.authority.certificate,
      headers: { authorization: `Bearer ${token}` },
    },
  );
  const outputs = new Map<number, Buffer[]>();
  const closed = new Promise<number>((resolve) => ws.once('close', resolve));
  ws.on('message', (data: Buffer) => {
    const list = outputs.get(data[0] ?? -1) ?? [];
    list.push(data.subarray(1));
    outputs.set(data[0] ?? -1, list);
  });
  return new Promise((resolve, reject) => {
    ws.once('open', () => resolve({ ws, outputs, closed }));
    ws.once('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => reject(new Error(`${response.statusCode} ${text}`)));
    });
    ws.on('error', reject);
  });
}

function output({ outputs }: Session, channel: number): Buffer {
  return Buffer.concat(outputs.get(channel) ?? []);
}

test('v5: 10 MB through stdin come back whole, and end by the close signal', async () => {
  const session = await open('exec?command=cat&stdin=true&stdout=true&stderr=true', [
    'v5.channel.k8s.io',
    'v4.channel.k8s.io',
  ]);
  expect(session.ws.protocol).toBe('v5.channel.k8s.io');
  const sent = randomBytes(10 * 1024 * 1024);
  const chunk = 32 * 1024;
  for (let i = 0; i < sent.length; i += chunk) {
    session.ws.send(Buffer.concat([Buffer.from([0]), sent.subarray(i, i + chunk)]));
  }
  session.ws.send(Buffer.from([255, 0]));
  expect(await session.closed).toBe(1000);
  const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  expect(hash(output(session, 1))).toBe(hash(sent));
  expect(JSON.parse(output(session, 3).toString())).toMatchObject({ status: 'Success' });
}, 30_000);

test('v4: stderr and the exit code arrive', async () => {
  const session = await open('exec?command=fail&stdout=1&stderr=1', ['v4.channel.k8s.io']);
  expect(await session.closed).toBe(1000);
  expect(output(session, 2).toString()).toBe('it went wrong\n');
  expect(JSON.parse(output(session, 3).toString())).toMatchObject({
    details: { causes: [{ reason: 'ExitCode', message: '3' }] },
  });
});

test('the size of a terminal goes to the node', async () => {
  const session = await open('exec?command=size&stdout=true&tty=true', ['v5.channel.k8s.io']);
  const size = '{"Width":80,"Height":24}';
  session.ws.send(Buffer.concat([Buffer.from([4]), Buffer.from(size)]));
  expect(await session.closed).toBe(1000);
  expect(output(session, 1).toString()).toBe(size);
});

test('messages that mean nothing are passed over, and one that is too large ends the session alone', async () => {
  const path = 'exec?command=cat&stdin=true&stdout=true';
  const session = await open(path, ['v5.channel.k8s.io']);
  for (const message of [
    Buffer.alloc(0),
    Buffer.from([9, 1]),
    Buffer.from([1, 2]),
    Buffer.from([255, 7]),
    Buffer.from([255]),
  ])
    session.ws.send(message);
  session.ws.send('\u0000as text');
  session.ws.send(Buffer.from([255, 0]));
  expect(await session.closed).toBe(1000);
  expect(output(session, 1).toString()).toBe('as text');
  const flooding = await open(path, ['v5.channel.k8s.io']);
  flooding.ws.send(Buffer.alloc(17 * 1024 * 1024));
  expect([1006, 1009]).toContain(await flooding.closed);
  expect((await at.call('GET', '/livez')).text).toBe('ok');
});

test('a session whose node is lost does not end as if its command had been successful', async () => {
  const lost = await open('exec?command=hang&stdout=true', ['v5.channel.k8s.io']);
  await node[Symbol.asyncDispose]();
  expect(await lost.closed).toBe(1011);
  const failing = await open('exec?command=cat&stdout=true', ['v5.channel.k8s.io']).catch((error) =>
    String(error),
  );
  expect(failing).toContain('503');
});

test('without an upgrade, or to something else, it is refused', async () => {
  for (const stream of ['exec?command=cat&stdout=true', 'attach?stdout=true', 'portforward'])
    for (const method of ['GET', 'POST']) {
      const answer = await at.call(method, `/api/v1/namespaces/default/pods/p/${stream}`);
      expect(answer.json).toMatchObject({ code: 400, message: 'Upgrade request required' });
    }
  const { socket, until } = rawUpgrade([`POST ${portForward} HTTP/1.1`, 'Upgrade: h2c']);
  expect(await until('}')).toContain('upgrade to h2c is not offered here, only to SPDY/3.1 and websocket');
  socket.destroy();
});

test('attach, and the protocol that the node is asked for', async () => {
  const session = await open('attach?stdout=true', ['v5.channel.k8s.io']);
  await session.closed;
  expect(output(session, 1).toString()).toBe('hello\n');
  expect(node.calls).toEqual(['/attach?command=say&stdout=true v4.channel.k8s.io']);
});

function rawUpgrade(lines: readonly string[]): { socket: TLSSocket; until(part: string): Promise<string> } {
  const socket = connect({
    host: '127.0.0.1',
    port: at.https.port,
    ca: at.pki.authority.certificate,
    ALPNProtocols: ['http/1.1'],
  });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.write(
    [...lines, 'Host: x', `Authorization: Bearer ${adminToken}`, 'Connection: Upgrade', '', ''].join('\r\n'),
  );
  const until = (part: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!text.includes(part)) return;
        socket.off('data', look);
        resolve(text);
      };
      socket.on('data', look);
      look();
    });
  return { socket, until };
}

const portForward = '/api/v1/namespaces/default/pods/p/portforward';

test('port-forward over a WebSocket tunnels what it is given', async () => {
  // By hand, since the client library refuses the slash in the name of the protocol.
  const { socket, until } = rawUpgrade([
    `GET ${portForward} HTTP/1.1`,
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io',
  ]);
  const head = await until('\r\n\r\n');
  expect(head).toContain('HTTP/1.1 101');
  expect(head).toContain('Sec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io');
  const text = Buffer.from('frames of whatever kind');
  // A binary message, masked with zeros.
  socket.write(Buffer.concat([Buffer.from([0x82, 0x80 | text.length, 0, 0, 0, 0]), text]));
  expect(await until('frames of whatever kind')).toContain('\x82\x17frames of whatever kind');
  socket.destroy();
});

test('who may not, and what makes no sense, is refused before the upgrade', async () => {
  const message = async (path: string, protocols: string[], token?: string): Promise<string> =>
    open(path, protocols, token).then(
      () => 'opened',
      (error) => String(error.message),
    );
  const v5 = ['v5.channel.k8s.io'];
  expect(await message('exec?command=cat&stdout=true', v5, eveToken)).toContain(
    'cannot create resource \\"pods/exec\\"',
  );
  expect(await message('exec?command=cat', v5)).toContain(
    'you must specify at least 1 of stdin, stdout, stderr',
  );
  expect(await message('exec?stdout=true', v5)).toContain('at least one command word');
  expect(await message('exec?command=cat&stdout=true&container=x', v5)).toContain(
    'container x is not valid for pod p',
  );
  expect(await message('exec?command=cat&stdout=true', ['channel.k8s.io'])).toContain(
    'none of the WebSocket protocols',
  );
  expect(await message('status', v5)).toContain('400');
});

test('SPDY clients are passed through', async () => {
  const { socket, until } = rawUpgrade([
    `POST ${portForward} HTTP/1.1`,
    'Upgrade: SPDY/3.1',
    'X-Stream-Protocol-Version: portforward.k8s.io',
    'Content-Length: 0',
  ]);
  const head = await until('\r\n\r\n');
  expect(head).toContain('HTTP/1.1 101');
  expect(head).toContain('X-Stream-Protocol-Version: portforward.k8s.io');
  socket.write('ping');
  await until('ping');
  socket.destroy();
});

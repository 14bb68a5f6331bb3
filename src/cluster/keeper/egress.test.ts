import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../lib/log.js';
import { systemClock } from '../../lib/system-clock.js';
import { createEgress } from './egress.js';

const origin = createServer((incoming, response) =>
  response.end(`${incoming.method} ${incoming.url} ${incoming.headers.host}`),
);
const egress = createEgress({ proxies: {}, clock: systemClock, log: silentLogger });

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

beforeAll(async () => {
  for (const server of [origin, egress])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  for (const server of [origin, egress]) server.closeAllConnections();
  origin.close();
  egress.close();
});

function plain(url: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: portOf(egress), path: url }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    outgoing.once('error', reject).end();
  });
}

describe('the way out', () => {
  it('carries plain requests, also to the loopback addresses of the host by their name', async () => {
    const port = portOf(origin);
    const host = `127-0-0-1.loopback.holdfast.internal:${port}`;
    expect(await plain(`http://${host}/v2/?a=b`)).toEqual({ status: 200, body: `GET /v2/?a=b ${host}` });
  });

  it('carries tunnels', async () => {
    const socket = connect(portOf(egress), '127.0.0.1');
    socket.write(`CONNECT 127.0.0.1:${portOf(origin)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.end('GET /x HTTP/1.1\r\nHost: inner\r\nConnection: close\r\n\r\n');
    expect(await text(socket)).toContain('GET /x inner');
  });

  it('says what could not be reached', async () => {
    expect((await plain('http://127.0.0.1:1/')).status).toBe(502);
    expect((await plain('/no-proxy-request')).status).toBe(400);
    const socket = connect(portOf(egress), '127.0.0.1');
    socket.write('CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 502 [\s\S]*could not reach 127.0.0.1:1/);
  });
});

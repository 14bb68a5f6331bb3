import { mkdtemp, rm } from 'node:fs/promises';
import { type ClientHttp2Session, connect } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiServerOptions } from './api-server.js';
import { type HttpsServer, serveHttps } from './https-server.js';
import { ensurePki, type Pki } from './pki/ensure-pki.js';
import { admin, type TestServer, testServer } from './server.fixture.js';

/** What came back. */
export interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** How a request is made; without `token` as the administrator, by certificate when it is `undefined`. */
export interface Call {
  readonly body?: string | object;
  readonly headers?: Record<string, string | string[]>;
  readonly token?: string;
  readonly anonymous?: boolean;
}

/** An API server in memory behind HTTPS. */
export interface HttpsFixture extends AsyncDisposable, TestServer {
  readonly https: HttpsServer;
  readonly pki: Pki;
  call(method: string, path: string, call?: Call): Promise<Answer>;
  http2(): ClientHttp2Session;
}

/** The token of user `eve`, who has no rights of her own. */
export const eveToken = 'eves-token';
/** The token of the administrator. */
export const adminToken = 'admins-token';

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

interface Endpoint {
  readonly port: number;
  readonly pki: Pki;
}

function caller({ port, pki }: Endpoint): HttpsFixture['call'] {
  const ca = pki.authority.certificate;
  return (method, path, { body, headers, token, anonymous } = {}) =>
    new Promise((resolve, reject) => {
      const identity =
        anonymous || token !== undefined ? {} : { cert: pki.admin.certificate, key: pki.admin.key };
      const sent = {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      };
      const options = { host: '127.0.0.1', port, method, path, ca, agent: false, headers: sent, ...identity };
      const req = request(options, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ code: res.statusCode ?? 0, headers: res.headers, text, json: parsed(text) });
        });
        res.on('error', reject);
      });
      req.on('error', reject);
      const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? '');
      // Node sends no length with the body of a DELETE by itself.
      if (text !== '') req.setHeader('content-length', Buffer.byteLength(text));
      req.end(text);
    });
}

/** Starts one on a port of its own. */
export async function httpsFixture(options: Partial<ApiServerOptions> = {}): Promise<HttpsFixture> {
  const inner = await testServer(options);
  const dir = await mkdtemp(join(tmpdir(), 'hf-https-'));
  const pki = await ensurePki({ dir, now: Date.now(), names: [] });
  const tokens = new Map([
    [adminToken, admin],
    [eveToken, { name: 'eve', groups: [] }],
  ]);
  const tls = { ...pki.serving, authority: pki.authority.certificate };
  const https = await serveHttps(inner.server, { host: '127.0.0.1', port: 0, tls, tokens });
  const http2 = (): ClientHttp2Session =>
    connect(`https://127.0.0.1:${https.port}`, {
      ca: tls.authority,
      cert: pki.admin.certificate,
      key: pki.admin.key,
    });
  const dispose = async (): Promise<void> => {
    await https.close();
    await rm(dir, { recursive: true, force: true });
  };
  const call = caller({ port: https.port, pki });
  return { ...inner, https, pki, call, http2, [Symbol.asyncDispose]: dispose };
}

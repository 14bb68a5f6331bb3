import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigMap, Pod } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import type { WatchEvent } from '../api/resource-api.js';
import { createHttpsClient, type HttpsClient } from './https.js';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A server that answers as each test says: what the wire carries is the subject here, not what a cluster does. */
let server: Server;
let client: HttpsClient;
let handler: Handler;
let seen: string[];

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      seen.push(`${request.method} ${request.url}${body === '' ? '' : ` ${body}`}`);
      handler(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = clientFor(server);
});

afterEach(async () => {
  await client[Symbol.asyncDispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function clientFor(target: Server, timeoutMs?: number): HttpsClient {
  const { port } = target.address() as AddressInfo;
  return createHttpsClient({
    connection: { server: new URL(`http://127.0.0.1:${port}`), token: 'secret' },
    timeoutMs,
  });
}

function json(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function configMap(name: string, resourceVersion = '1'): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', resourceVersion } };
}

const key = { namespace: 'default', name: 'a' };

describe('requests', () => {
  it('go where the kind says, with the token, and answers come back frozen', async () => {
    handler = (request, response) =>
      json(response, 200, { ...configMap('a'), data: { auth: request.headers.authorization } });
    const object = await client.get(kinds.ConfigMap, key);
    expect(object.data).toEqual({ auth: 'Bearer secret' });
    expect(Object.isFrozen(object.metadata)).toBe(true);
    await client.get(kinds.StatefulSet, key, 'scale');
    await client.get(kinds.Node, { name: 'node-0' });
    expect(seen).toEqual([
      'GET /api/v1/namespaces/default/configmaps/a',
      'GET /apis/apps/v1/namespaces/default/statefulsets/a/scale',
      'GET /api/v1/nodes/node-0',
    ]);
  });

  it('carry options and bodies', async () => {
    handler = (_request, response) => json(response, 200, configMap('a'));
    await client.create(
      kinds.ConfigMap,
      { metadata: key, data: { x: 'y' } },
      { dryRun: true, fieldManager: 'me' },
    );
    await client.updateSub(kinds.ConfigMap, configMap('a'), 'status');
    await client.patch(kinds.ConfigMap, key, { type: 'application/merge-patch+json', body: { data: null } });
    await client.delete(kinds.ConfigMap, key, { gracePeriodSeconds: 0, preconditions: { uid: 'u' } });
    expect(seen).toEqual([
      'POST /api/v1/namespaces/default/configmaps?dryRun=All&fieldManager=me {"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"a"},"data":{"x":"y"}}',
      `PUT /api/v1/namespaces/default/configmaps/a/status ${JSON.stringify(configMap('a'))}`,
      'PATCH /api/v1/namespaces/default/configmaps/a {"data":null}',
      'DELETE /api/v1/namespaces/default/configmaps/a {"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0,"preconditions":{"uid":"u"}}',
    ]);
  });

  it('hand warnings on', async () => {
    handler = (_request, response) => {
      response.setHeader('warning', ['299 - "one \\"quoted\\""', '299 - "two"']);
      json(response, 200, configMap('a'));
    };
    const warnings: string[] = [];
    await client.update(kinds.ConfigMap, configMap('a'), { onWarning: (text) => warnings.push(text) });
    expect(warnings).toEqual(['one "quoted"', 'two']);
  });

  it('list, with the kind that items of a list leave out', async () => {
    handler = (_request, response) =>
      json(response, 200, {
        kind: 'PodList',
        metadata: { resourceVersion: '7', continue: 'more' },
        items: [{ metadata: { name: 'a' } }],
      });
    const list = await client.list<Pod>(kinds.Pod, undefined, { labelSelector: 'app=x,y!=z', limit: 1 });
    expect(list).toMatchObject({
      resourceVersion: '7',
      continue: 'more',
      items: [{ apiVersion: 'v1', kind: 'Pod' }],
    });
    expect(seen).toEqual(['GET /api/v1/pods?labelSelector=app%3Dx%2Cy%21%3Dz&limit=1']);
  });

  it('read any path as text, and as it comes', async () => {
    handler = (_request, response) => response.end('ok\n');
    expect(await client.raw.getText('/readyz')).toBe('ok\n');
    const chunks: Uint8Array[] = [];
    for await (const chunk of client.raw.stream('/logs')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('ok\n');
  });
});

describe('failures', () => {
  it('are the Status that the server sent', async () => {
    const status = { kind: 'Status', code: 404, reason: 'NotFound', message: 'configmaps "a" not found' };
    handler = (_request, response) => json(response, 404, status);
    await expect(client.get(kinds.ConfigMap, key)).rejects.toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: status.message,
    });
  });

  it('are made into one where the answer is none', async () => {
    handler = (_request, response) => response.writeHead(502).end('<html>bad gateway</html>');
    await expect(client.get(kinds.ConfigMap, key)).rejects.toMatchObject({
      code: 502,
      message:
        'GET /api/v1/namespaces/default/configmaps/a was answered with HTTP 502: <html>bad gateway</html>',
    });
  });

  it('say that nothing listens', async () => {
    const other = createHttpsClient({ connection: { server: new URL('http://127.0.0.1:1') } });
    await expect(other.get(kinds.ConfigMap, key)).rejects.toMatchObject({
      reason: 'ServiceUnavailable',
      message: expect.stringMatching(
        /^could not reach the API server at http:\/\/127\.0\.0\.1:1: nothing listens there/,
      ),
    });
  });

  it('say that no answer came in time', async () => {
    await using impatient = clientFor(server, 20);
    handler = () => {};
    await expect(impatient.get(kinds.ConfigMap, key)).rejects.toThrow('no answer within 20 ms');
    handler = (_request, response) => response.write('{ "only": "the beginning"');
    await expect(impatient.get(kinds.ConfigMap, key)).rejects.toThrow('no answer within 20 ms');
  });

  it('say that the connection was cut', async () => {
    handler = (request) => request.socket.destroy();
    await expect(client.get(kinds.ConfigMap, key)).rejects.toThrow('the connection was cut');
  });
});

describe('watches', () => {
  it('tell each event, wherever the chunks are cut', async () => {
    handler = (_request, response) => {
      const lines = ['ADDED', 'MODIFIED'].map((type) => JSON.stringify({ type, object: configMap('ä') }));
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      const middle = bytes.indexOf(0xc3) + 1;
      response.write(bytes.subarray(0, middle), () => response.end(bytes.subarray(middle)));
    };
    const events: WatchEvent[] = [];
    await client.watch(kinds.ConfigMap, 'default', { resourceVersion: '5' }, (event) => events.push(event))
      .closed;
    expect(events.map((event) => [event.type, event.object.metadata?.name])).toEqual([
      ['ADDED', 'ä'],
      ['MODIFIED', 'ä'],
    ]);
    expect(seen).toEqual([
      'GET /api/v1/namespaces/default/configmaps?resourceVersion=5&watch=true&timeoutSeconds=300',
    ]);
  });

  it('end with the Status of an ERROR event', async () => {
    const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
    handler = (_request, response) => response.end(JSON.stringify({ type: 'ERROR', object }));
    await expect(client.watch(kinds.ConfigMap, undefined, {}, () => {}).closed).rejects.toMatchObject({
      code: 410,
    });
  });

  it('can be stopped, which is no error', async () => {
    handler = (_request, response) => response.write('\n');
    const watch = client.watch(kinds.ConfigMap, undefined, {}, () => {});
    await expect.poll(() => seen.length).toBe(1);
    watch.stop();
    await watch.closed;
  });
});

describe('a cache over the wire', () => {
  it('shows what its client wrote by the time the write is answered', async () => {
    let following: ServerResponse | undefined;
    handler = (request, response) => {
      if (request.url?.includes('watch=true')) {
        following = response;
        response.write('\n');
      } else if (request.method === 'GET')
        json(response, 200, { metadata: { resourceVersion: '1' }, items: [] });
      else {
        // The event comes later than the answer, as it may from any server.
        const event = JSON.stringify({ type: 'ADDED', object: configMap('a', '2') });
        response.on('finish', () => following?.write(`${event}\n`));
        json(response, 201, configMap('a', '2'));
      }
    };
    const cache = client.cache(kinds.ConfigMap);
    await cache.synced;
    await expect.poll(() => following).toBeDefined();
    await client.create(kinds.ConfigMap, configMap('a'));
    expect(cache.get(key)?.metadata?.resourceVersion).toBe('2');
  });
});

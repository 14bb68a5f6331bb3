import type { ClientHttp2Session } from 'node:http2';
import { connect } from 'node:tls';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Http2Client } from '../http2.fixture.js';
import { adminToken, type HttpsFixture, httpsFixture } from '../https.fixture.js';

/** Encodings, forms, limits and times, as a client sees them on the wire. */
let at: HttpsFixture;
let session: ClientHttp2Session;
let client: Http2Client;
beforeAll(async () => {
  at = await httpsFixture();
  session = at.http2();
  client = new Http2Client(session);
  const made = await client.call('POST', maps, { body: { metadata: { name: 'a' }, data: { x: 'y' } } });
  expect(made.code).toBe(201);
});
afterAll(async () => {
  session.close();
  await at[Symbol.asyncDispose]();
});

const maps = '/api/v1/namespaces/default/configmaps';
const map = `${maps}/a`;

/** Sends bytes over HTTP/1.1 and gives what comes back until the server closes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port: at.https.port,
      ca: at.pki.authority.certificate,
      ALPNProtocols: ['http/1.1'],
    });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(text);
  });
}

describe('forms', () => {
  test.each([
    ['?pretty=true', {}, true],
    ['?pretty', {}, true],
    ['?pretty=false', { 'user-agent': 'curl/8.5.0' }, false],
    ['', { 'user-agent': 'curl/8.5.0' }, true],
    ['', { 'user-agent': 'Wget/1.21' }, true],
    ['', { 'user-agent': 'Mozilla/5.0 (X11)' }, true],
    ['', { 'user-agent': 'kubectl/v1.35.0' }, false],
  ])('%s %j is for reading: %s', async (query, headers, readable) => {
    const { text, json } = await client.call('GET', `${map}${query}`, { headers });
    expect(text).toBe(readable ? JSON.stringify(json, null, 2) : `${JSON.stringify(json)}\n`);
    const failure = await client.call('GET', `${map}x${query}`, { headers });
    expect(failure.text.split('\n').length > 2).toBe(readable);
  });

  test.each([
    ['application/json;q=0.5, application/yaml', 'application/yaml'],
    ['application/yaml;q=0.5, application/json;q=0.9', 'application/json'],
    ['application/vnd.kubernetes.protobuf;q=1, application/cbor;q=0.9, */*;q=0.1', 'application/json'],
    ['application/*', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
    ['', 'application/json'],
  ])('Accept: %s is answered by %s', async (accept, type) => {
    const answer = await client.call('GET', map, { headers: { accept } });
    expect([answer.code, answer.headers['content-type']]).toEqual([200, type]);
  });

  test.each(['application/cbor', 'application/vnd.kubernetes.protobuf', 'text/html', 'application/json;q=0'])(
    'Accept: %s alone is 406',
    async (accept) => {
      const answer = await client.call('GET', map, { headers: { accept } });
      expect([answer.code, answer.json]).toMatchObject([
        406,
        {
          kind: 'Status',
          reason: 'NotAcceptable',
          message: 'only the following media types are accepted: application/json, application/yaml',
        },
      ]);
    },
  );

  test.each(['application/cbor', 'application/xml', 'application/x-www-form-urlencoded'])(
    'a body of %s is 415',
    async (type) => {
      const answer = await client.call('POST', maps, { body: 'x', headers: { 'content-type': type } });
      expect([answer.code, answer.json['reason'], answer.json['message']]).toEqual([
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      ]);
    },
  );

  test('a patch of an unknown kind is 415 and names those that are known', async () => {
    const answer = await client.call('PATCH', map, {
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.code, answer.json['message']]).toEqual([
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
    ]);
  });

  test('HEAD says what GET would, without the body', async () => {
    const head = await client.call('HEAD', map);
    const get = await client.call('GET', map);
    expect([head.code, head.text, head.headers['content-length']]).toEqual([
      200,
      '',
      String(get.text.length),
    ]);
    expect((await client.call('HEAD', `${map}x`)).code).toBe(404);
    expect((await client.call('HEAD', `${maps}?watch=true`)).code).toBe(405);
    expect((await client.call('HEAD', '/livez')).code).toBe(200);
  });
});

describe('packed bodies', () => {
  const large = { metadata: { name: 'large' }, data: { text: 'x'.repeat(200_000) } };

  test('go both ways', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const packed = gzipSync(JSON.stringify(large));
    const made = await at.call('POST', maps, { body: large, headers: { 'accept-encoding': 'identity' } });
    expect(made.code).toBe(201);
    const stream = session.request({
      ':method': 'PUT',
      ':path': `${maps}/large`,
      'accept-encoding': 'gzip',
      ...headers,
    });
    stream.end(packed);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(JSON.parse(gunzipSync(Buffer.concat(chunks)).toString())).toMatchObject(large);
    const plain = await client.call('GET', `${maps}/large`);
    expect([plain.headers['content-encoding'], plain.json]).toMatchObject([undefined, large]);
    const small = await client.call('GET', map, { headers: { 'accept-encoding': 'gzip' } });
    expect(small.headers['content-encoding']).toBeUndefined();
  });

  async function send(body: Buffer, encoding: string): Promise<{ code: number; text: string }> {
    const stream = session.request({
      ':method': 'POST',
      ':path': maps,
      'content-encoding': encoding,
      'content-type': 'application/json',
    });
    const code = new Promise<number>((resolve) =>
      stream.once('response', (head) => resolve(Number(head[':status']))),
    );
    stream.end(body);
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    return { code: await code, text };
  }

  test('that unfold without end are 413, broken ones 400, unknown ones 415', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await send(bomb, 'gzip')).toMatchObject({
      code: 413,
      text: expect.stringContaining('limit is 3145728'),
    });
    expect(await send(Buffer.from('not gzip'), 'gzip')).toMatchObject({ code: 400 });
    expect(await send(Buffer.from('{}'), 'br')).toMatchObject({
      code: 415,
      text: expect.stringContaining('only gzip is taken'),
    });
  });
});

describe('bodies that are not what they should be', () => {
  const unrecognized = 'the object provided is unrecognized (must be of type ConfigMap)';

  test.each([
    [
      '',
      `${unrecognized}: couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`,
    ],
    [
      '{"metadata":',
      `${unrecognized}: couldn't get version/kind; json parse error: unexpected end of JSON input ({"metadata":)`,
    ],
    [
      '{"metadata": {"name": "a"}, oops}',
      `${unrecognized}: couldn't get version/kind; json parse error: invalid character 'o' looking for beginning of object key string ({"metadata": {"name": "a"}, oo ...)`,
    ],
    [
      'nope',
      `${unrecognized}: couldn't get version/kind; json parse error: invalid character 'o' in literal null (expecting 'u') (6e6f7065)`,
    ],
    ['[1]', 'json: cannot unmarshal array into Go value of type struct'],
    [
      '{"apiVersion":"apps/v1"}',
      'the API version in the data (apps/v1) does not match the expected API version (v1)',
    ],
    [
      '{"apiVersion":"v1","kind":"Secret"}',
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    ],
    [
      '{"metadata":{"name":3}}',
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string',
    ],
    [`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'exceeded max depth'],
    [`{"a":${'['.repeat(1_000_000)}`, 'unexpected end of JSON input'],
    ['{"metadata":{"name":"p"},"data":{"__proto__":"x"}}', 'the key "__proto__" cannot be kept here'],
    ['{"__proto__":{"polluted":"yes"},"metadata":{"name":"p"}}', 'the key "__proto__" cannot be kept here'],
  ])('%#: 400 in the words of Kubernetes', async (body, why) => {
    const answer = await client.call('POST', maps, { body });
    expect(answer.json).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message: expect.stringContaining(why),
    });
  });

  test('names of the language are names like any other', async () => {
    const data = { constructor: 'a', toString: 'b', hasOwnProperty: 'c' };
    const made = await client.call('POST', `${maps}?fieldValidation=Strict`, {
      body: { metadata: { name: 'names' }, data },
    });
    expect([made.code, made.json['data']]).toEqual([201, data]);
    const odd = { metadata: { name: 'odd' }, constructor: 1, toString: 2 };
    const warned = await client.call('POST', `${maps}?dryRun=All`, { body: odd });
    expect(String(warned.headers['warning'])).toContain('unknown field \\"constructor\\"');
  });

  test.each([
    ['merge-patch', '{"data":{"__proto__":{"polluted":"yes"}}}', 400],
    ['merge-patch', '{"constructor":{"prototype":{"polluted":"yes"}}}', 200],
    ['strategic-merge-patch', '{"__proto__":{"polluted":"yes"}}', 400],
    ['json-patch', '[{"op":"add","path":"/__proto__/polluted","value":"yes"}]', 422],
    ['json-patch', '[{"op":"add","path":"/constructor/prototype/polluted","value":"yes"}]', 422],
    ['json-patch', '[{"op":"copy","from":"/__proto__","path":"/data/x"}]', 422],
    ['json-patch', '[{"op":"replace","path":"","value":null}]', 422],
    ['json-patch', '{"op":"add"}', 400],
    ['merge-patch', '[1]', 400],
    ['strategic-merge-patch', 'null', 400],
    ['merge-patch', '{', 400],
  ])('%s %s is answered %i', async (type, body, code) => {
    const headers = { 'content-type': `application/${type}+json` };
    const answer = await client.call('PATCH', `${map}?dryRun=All`, { body, headers });
    expect([answer.code, answer.text]).toEqual([code, expect.any(String)]);
    expect({}).not.toHaveProperty('polluted');
  });

  test('a patch cannot make a mountain of a molehill', async () => {
    const headers = { 'content-type': 'application/json-patch+json' };
    const seed = { op: 'add', path: '/data/x0', value: 'x'.repeat(100_000) };
    const doubled = Array.from({ length: 40 }, (_, i) => ({
      op: 'copy',
      from: '/data',
      path: `/data/x${i + 1}`,
    }));
    const answer = await client.call('PATCH', map, { body: [seed, ...doubled], headers });
    expect([answer.code, answer.json['message']]).toEqual([
      422,
      expect.stringContaining('exceeding the limit 3145728'),
    ]);
    const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' }));
    const tooMany = await client.call('PATCH', map, { body: many, headers });
    expect([tooMany.code, tooMany.json['message']]).toEqual([
      413,
      'Request entity is too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    ]);
  });

  test('annotations end at 256 KiB, and a body at 3 MiB', async () => {
    const annotated = (bytes: number) => ({
      metadata: { name: 'noted', annotations: { a: 'x'.repeat(bytes - 1) } },
    });
    const fits = await client.call('POST', `${maps}?dryRun=All`, { body: annotated(256 * 1024) });
    expect(fits.code).toBe(201);
    const over = await client.call('POST', maps, { body: annotated(256 * 1024 + 1) });
    expect([over.code, over.json['message']]).toEqual([
      422,
      'ConfigMap "noted" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
    ]);
    const body = `{"metadata":{"name":"x"},"data":{"a":"${'x'.repeat(3 * 1024 * 1024)}"}}`;
    const large = await at.call('POST', maps, { body });
    expect([large.code, large.json['message']]).toEqual([
      413,
      'Request entity is too large: limit is 3145728',
    ]);
  });
});

describe('time', () => {
  test.each([
    ['?timeout=soon', 'invalid timeout specified in the request URL - time: invalid duration "soon"'],
    ['?timeout=1', 'invalid timeout specified in the request URL - time: invalid duration "1"'],
  ])('%s is no duration', async (query, message) => {
    expect((await client.call('GET', `${map}${query}`)).json).toMatchObject({ code: 400, message });
    expect((await client.call('GET', `${map}?timeout=5s`)).code).toBe(200);
  });

  test('a body that does not come is given up after the time that the client gave, and no later than a minute', async () => {
    for (const [query, ms] of [
      ['?timeout=5s', 5000],
      ['?timeout=1h', 60_000],
      ['', 60_000],
    ] as const) {
      const stream = session.request({
        ':method': 'POST',
        ':path': `${maps}${query}`,
        'content-type': 'application/json',
      });
      let text = '';
      stream.on('data', (chunk) => {
        text += String(chunk);
      });
      const ended = new Promise((resolve) => stream.once('end', resolve));
      stream.write('{"metadata":');
      // The server has the request before the clock moves.
      await client.call('GET', '/livez');
      await at.clock.advance(ms - 1);
      await client.call('GET', '/livez');
      expect(text).toBe('');
      await at.clock.advance(1);
      await ended;
      expect(JSON.parse(text)).toMatchObject({
        code: 504,
        reason: 'Timeout',
        message: 'Timeout: request did not complete within the allotted timeout',
      });
      stream.close();
    }
  });
});

describe('HTTP/1.1 as it comes', () => {
  const auth = `Host: x\r\nAuthorization: Bearer ${adminToken}\r\n`;

  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a header without a name', `GET / HTTP/1.1\r\n: x\r\n\r\n`, 400],
    ['two lengths', `POST ${maps} HTTP/1.1\r\n${auth}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`, 400],
    [
      'a length and chunks',
      `POST ${maps} HTTP/1.1\r\n${auth}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      400,
    ],
    ['an endless header', `GET ${map} HTTP/1.1\r\nX: ${'x'.repeat(300_000)}\r\n\r\n`, 431],
  ])('%s is refused with a Status', async (_name, text, code) => {
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${code} `));
    const [, body = ''] = answer.split('\r\n\r\n');
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', status: 'Failure', code });
  });

  test('a long URL is read, and paths lead nowhere else', async () => {
    const end = 'Connection: close\r\n\r\n';
    const long = `a!=${'x'.repeat(60)},`.repeat(500).slice(0, -1);
    const list = await raw(`GET ${maps}?labelSelector=${encodeURIComponent(long)} HTTP/1.1\r\n${auth}${end}`);
    expect(list).toContain('"kind":"ConfigMapList"');
    const absolute = await raw(`GET https://127.0.0.1${map} HTTP/1.1\r\n${auth}${end}`);
    expect(absolute).toContain('"kind":"ConfigMap"');
    for (const path of [
      '/../../etc/passwd',
      `${maps}/..%2f..%2fsecrets`,
      `${maps}/%2e%2e/x`,
      '//etc',
      '/api/v1/%00',
      `${maps}/a%00b`,
      '*',
    ]) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\n${auth}${end}`);
      expect(answer).toMatch(/^HTTP\/1.1 40[04] /);
      expect(answer).toContain('"kind":"Status"');
    }
  });
});

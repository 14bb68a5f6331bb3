import { get } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kinds } from '../../api/kinds.js';
import { adminToken, eveToken, type HttpsFixture, httpsFixture } from '../https.fixture.js';

let at: HttpsFixture;
beforeEach(async () => {
  at = await httpsFixture({
    nodes: () => ({
      async *logs(_pod, { container, tailLines }) {
        yield Buffer.from(`log of ${container}, ${tailLines ?? 'all'}\n`);
      },
      exec: () => Promise.reject(new Error('not in this test')),
      attach: () => Promise.reject(new Error('not in this test')),
      portForward: () => Promise.reject(new Error('not in this test')),
    }),
  });
});
afterEach(() => at[Symbol.asyncDispose]());

const pods = '/api/v1/namespaces/default/pods';
const maps = '/api/v1/namespaces/default/configmaps';
const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'busybox' }] },
});

describe('who asks', () => {
  test('certificates, tokens, nobody, and wrong tokens', async () => {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const byCertificate = await at.call('POST', path, { body: review });
    expect(byCertificate.json['status']).toMatchObject({
      userInfo: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
    });
    const byToken = await at.call('POST', path, { body: review, token: eveToken });
    expect(byToken.json['status']).toMatchObject({ userInfo: { username: 'eve' } });
    expect((await at.call('GET', pods, { token: 'wrong' })).code).toBe(401);
    const nobody = await at.call('GET', pods, { anonymous: true });
    expect(nobody.code).toBe(403);
    expect(nobody.json).toMatchObject({
      kind: 'Status',
      reason: 'Forbidden',
      message:
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
    });
    expect((await at.call('GET', '/version', { anonymous: true })).code).toBe(200);
    expect((await at.call('GET', '/metrics', { anonymous: true })).json).toMatchObject({
      message: 'forbidden: User "system:anonymous" cannot get path "/metrics"',
    });
  });

  test('access reviews', async () => {
    const ask = async (token: string, resource: string) => {
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb: 'list', resource, namespace: 'default' } },
      };
      return (
        await at.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body, token })
      ).json['status'];
    };
    expect(await ask(adminToken, 'pods')).toEqual({ allowed: true });
    expect(await ask(eveToken, 'pods')).toEqual({ allowed: false });
  });
});

describe('objects', () => {
  test('create, read, replace, patch, delete', async () => {
    const made = await at.call('POST', pods, { body: pod('a') });
    expect(made.code).toBe(201);
    expect(made.json).toMatchObject({
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'default' },
      status: { phase: 'Pending' },
    });
    const read = await at.call('GET', `${pods}/a`);
    expect(read.json).toEqual(made.json);
    const patched = await at.call('PATCH', `${pods}/a`, {
      body: { metadata: { labels: { x: 'y' } } },
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
    });
    expect(patched.json['metadata']).toMatchObject({ labels: { x: 'y' } });
    const wrongName = await at.call('PUT', `${pods}/b`, { body: made.json });
    expect(wrongName.json['message']).toBe(
      'the name of the object (a) does not match the name on the URL (b)',
    );
    const stale = await at.call('PUT', `${pods}/a`, { body: made.json });
    expect(stale.code).toBe(409);
    const gone = await at.call('DELETE', `${pods}/a`, {
      body: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 },
    });
    expect(gone).toMatchObject({ code: 200 });
    expect((await at.call('GET', `${pods}/a`)).json).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'pods "a" not found',
      details: { name: 'a', kind: 'pods' },
    });
    await at.call('POST', maps, { body: { metadata: { name: 'c' } } });
    const status = await at.call('DELETE', `${maps}/c`);
    expect(status.json).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'c', kind: 'configmaps' },
    });
  });

  test('lists are joined from the stored bytes', async () => {
    for (const name of ['a', 'b', 'c'])
      await at.call('POST', maps, { body: { metadata: { name }, data: { name } } });
    const first = await at.call('GET', `${maps}?limit=2`);
    expect(first.json).toMatchObject({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { remainingItemCount: 1 },
    });
    const { items, metadata } = first.json as { items: unknown[]; metadata: { continue: string } };
    expect(items).toHaveLength(2);
    const rest = await at.call('GET', `${maps}?limit=2&continue=${metadata.continue}`);
    expect(rest.json['items']).toMatchObject([{ data: { name: 'c' } }]);
  });

  test('unknown and duplicate fields by fieldValidation', async () => {
    const body = '{"metadata":{"name":"u"},"data":{},"data":{},"nope":1}';
    const strict = await at.call('POST', `${maps}?fieldValidation=Strict`, { body });
    expect(strict.code).toBe(400);
    expect(strict.json['message']).toContain(
      'strict decoding error: duplicate field "data", unknown field "nope"',
    );
    const warned = await at.call('POST', maps, { body });
    expect(warned.code).toBe(201);
    expect(warned.headers['warning']).toContain('299 - "unknown field \\"nope\\""');
    expect(warned.json['nope']).toBeUndefined();
  });

  test('validation, with the causes of each field', async () => {
    const bad = { ...pod('Bad_Name'), spec: { containers: [] } };
    const answer = await at.call('POST', pods, { body: bad });
    expect(answer.code).toBe(422);
    expect(answer.json).toMatchObject({ reason: 'Invalid', details: { kind: 'Pod', name: 'Bad_Name' } });
    expect(answer.text).toContain('spec.containers');
  });

  test('scale, and refusals by name', async () => {
    const set = {
      metadata: { name: 's' },
      spec: {
        serviceName: 's',
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: pod('x').spec },
      },
    };
    const sets = '/apis/apps/v1/namespaces/default/statefulsets';
    expect((await at.call('POST', sets, { body: set })).code).toBe(201);
    const scaled = await at.call('PUT', `${sets}/s/scale`, {
      body: { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name: 's' }, spec: { replicas: 4 } },
    });
    expect(scaled.json).toMatchObject({ kind: 'Scale', spec: { replicas: 4 } });
    expect((await at.call('GET', `${sets}/s`)).json['spec']).toMatchObject({ replicas: 4 });
    const table = await at.call('GET', `${sets}/s/scale`, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    expect(table.json).toMatchObject({ kind: 'Table', rows: [{ cells: ['s', 4, 0, expect.any(String)] }] });
    const proto = await at.call('POST', maps, {
      body: 'x',
      headers: { 'content-type': 'application/cbor' },
    });
    expect(proto.code).toBe(415);
    expect((await at.call('GET', '/apis/nope.example.com/v1/things')).json['message']).toBe(
      'the server could not find the requested resource',
    );
    expect(
      (
        await at.call('POST', maps, {
          body: `{"metadata":{"name":"x"},"data":{"a":"${'x'.repeat(4 << 20)}"}}`,
        })
      ).code,
    ).toBe(413);
    expect((await at.call('POST', maps, { body: '{' })).code).toBe(400);
  });
});

describe('forms', () => {
  test('tables, metadata only, YAML', async () => {
    await at.call('POST', pods, { body: pod('a') });
    const table = await at.call('GET', pods, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
    });
    expect(table.json).toMatchObject({
      kind: 'Table',
      rows: [{ object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } }],
    });
    const partial = await at.call('GET', `${pods}/a`, {
      headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' },
    });
    expect(partial.json).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
    expect(partial.json['spec']).toBeUndefined();
    const yaml = await at.call('GET', `${pods}/a`, { headers: { accept: 'application/yaml' } });
    expect(yaml.text).toContain('apiVersion: v1\nkind: Pod\n');
    const proto = await at.call('GET', `${pods}/a`, {
      headers: { accept: 'application/vnd.kubernetes.protobuf, */*' },
    });
    expect(proto.headers['content-type']).toBe('application/json');
    expect(
      (await at.call('GET', `${pods}/a`, { headers: { accept: 'application/vnd.kubernetes.protobuf' } }))
        .code,
    ).toBe(406);
    const sent = await at.call('POST', maps, {
      body: 'metadata:\n  name: from-yaml\ndata:\n  a: b\n',
      headers: { 'content-type': 'application/yaml' },
    });
    expect(sent.json['data']).toEqual({ a: 'b' });
  });

  test('large answers are compressed for those who take it', async () => {
    const data = { a: 'x'.repeat(200_000) };
    await at.call('POST', maps, { body: { metadata: { name: 'big' }, data } });
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      const headers = { authorization: `Bearer ${adminToken}`, 'accept-encoding': 'gzip' };
      const request = get(
        { port: at.https.port, path: `${maps}/big`, ca: at.pki.authority.certificate, headers, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve(Buffer.concat(chunks)));
        },
      );
      request.on('error', reject);
    });
    expect(bytes.length).toBeLessThan(10_000);
    expect(JSON.parse(gunzipSync(bytes).toString())).toMatchObject({ data });
  });
});

describe('fixed paths', () => {
  test('discovery, both ways, OpenAPI, version, health, metrics', async () => {
    expect((await at.call('GET', '/api')).json).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    expect((await at.call('GET', '/apis/apps/v1')).json).toMatchObject({
      kind: 'APIResourceList',
      groupVersion: 'apps/v1',
    });
    const aggregated = await at.call('GET', '/apis', {
      headers: {
        accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json',
      },
    });
    expect(aggregated.headers['content-type']).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    );
    expect(aggregated.json).toMatchObject({ kind: 'APIGroupDiscoveryList' });
    const index = await at.call('GET', '/openapi/v3');
    expect(index.json['paths']).toHaveProperty(['apis/apps/v1']);
    expect((await at.call('GET', '/openapi/v3/apis/apps/v1')).json).toMatchObject({ openapi: '3.0.0' });
    expect((await at.call('GET', '/openapi/v3/apis/nope/v1')).code).toBe(404);
    const swagger = await at.call('GET', '/openapi/v2');
    expect([swagger.code, swagger.headers['content-type']]).toEqual([200, 'application/json']);
    const known = { headers: { 'if-none-match': String(swagger.headers['etag']) } };
    expect((await at.call('GET', '/openapi/v2', known)).code).toBe(304);
    const strict = { headers: { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' } };
    expect((await at.call('GET', '/openapi/v2', strict)).headers['content-type']).toBe(
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    );
    expect((await at.call('GET', '/version')).json).toMatchObject({
      major: '1',
      minor: '36',
      gitVersion: 'v1.36.0+holdfast.0.1.0',
    });
    expect((await at.call('GET', '/readyz')).text).toBe('ok');
    expect((await at.call('GET', '/readyz?verbose')).text).toContain('[+]ping ok');
    expect((await at.call('GET', '/metrics')).text).toContain('verb="GET"');
  });
});

describe('logs', () => {
  test('of the only container, of one that is named, of a Pod that nobody runs', async () => {
    await at.call('POST', pods, { body: { ...pod('a'), spec: { ...pod('a').spec, nodeName: 'node-0' } } });
    const log = await at.call('GET', `${pods}/a/log?tailLines=3`);
    expect(log.headers['content-type']).toBe('text/plain');
    expect(log.text).toBe('log of main, 3\n');
    expect((await at.call('GET', `${pods}/a/log?container=x`)).json['message']).toBe(
      'container x is not valid for pod a',
    );
    expect((await at.call('GET', `${pods}/a/log?stream=Stderr`)).json['message']).toBe(
      'stream: Invalid value: "Stderr": only "All" is offered here: both outputs in one log',
    );
    await at.call('POST', pods, { body: pod('b') });
    expect((await at.call('GET', `${pods}/b/log`)).text).toBe('');
  });
});

interface Line {
  readonly type: string;
  readonly object: {
    readonly metadata?: { readonly name?: string };
    readonly code?: number;
    readonly columnDefinitions?: unknown[];
  };
}

/** Follows a watch over HTTP/2 until `count` lines are in, or it ends. */
function follow(path: string, count: number, accept = 'application/json'): Promise<Line[]> {
  const session = at.http2();
  const stream = session.request({ ':path': path, accept });
  let text = '';
  return new Promise((resolve, reject) => {
    const done = (): void => {
      const lines = text.split('\n').filter((line) => line !== '');
      session.close();
      stream.close();
      resolve(lines.map((line) => JSON.parse(line)));
    };
    stream.on('data', (chunk) => {
      text += String(chunk);
      if (text.split('\n').length > count) done();
    });
    stream.on('end', done);
    stream.on('error', reject);
  });
}

describe('watch', () => {
  test('the present and what follows, as objects and as tables', async () => {
    await at.call('POST', maps, { body: { metadata: { name: 'a' } } });
    const lines = follow(`${maps}?watch=true&resourceVersion=0`, 3);
    const table = follow(`${maps}?watch=1`, 2, 'application/json;as=Table;g=meta.k8s.io;v=v1');
    await at.call('POST', maps, { body: { metadata: { name: 'b' } } });
    await at.call('DELETE', `${maps}/a`);
    expect((await lines).map(({ type, object }) => `${type} ${object.metadata?.name}`)).toEqual([
      'ADDED a',
      'ADDED b',
      'DELETED a',
    ]);
    const [first, second] = await table;
    expect(first?.object.columnDefinitions?.length).toBeGreaterThan(0);
    expect(second?.object.columnDefinitions).toEqual([]);
  });

  test('initial events, a revision that is gone, and the end of its time', async () => {
    const made = await at.api.create(kinds.ConfigMap, { metadata: { name: 'a', namespace: 'default' } });
    const initial = await follow(
      `${maps}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`,
      2,
    );
    expect(initial.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
    await at.api.create(kinds.ConfigMap, { metadata: { name: 'b', namespace: 'default' } });
    await at.store.compact(at.store.revision);
    const late = await follow(`${maps}?watch=true&resourceVersion=${made.metadata?.resourceVersion}`, 1);
    expect(late).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
    const ending = follow(`${maps}?watch=true&timeoutSeconds=5`, 99);
    const bookmarked = follow(
      `${maps}?watch=true&allowWatchBookmarks=true&resourceVersion=${at.store.revision}`,
      1,
    );
    while (!/^apiserver_longrunning_requests\{.*\} 2$/m.test((await at.call('GET', '/metrics')).text));
    await at.clock.advance(5000);
    expect((await ending).map(({ type }) => type)).toEqual(['ADDED', 'ADDED']);
    await at.clock.advance(60_000);
    expect(await bookmarked).toMatchObject([
      { type: 'BOOKMARK', object: { metadata: { resourceVersion: String(at.store.revision) } } },
    ]);
  });

  test('a client that reads too slowly is ended with 410', async () => {
    const session = at.http2();
    const stream = session.request({ ':path': `${maps}?watch=true` });
    stream.pause();
    while (!/^apiserver_longrunning_requests\{.*\} 1$/m.test((await at.call('GET', '/metrics')).text));
    const data = { a: 'x'.repeat(900_000) };
    const made = await at.api.create(kinds.ConfigMap, {
      metadata: { name: 'a', namespace: 'default' },
      data,
    });
    for (let i = 0; i < 24; i++)
      await at.api.update(kinds.ConfigMap, {
        ...made,
        metadata: { name: 'a', namespace: 'default', labels: { i: String(i) } },
      });
    let text = '';
    stream.on('data', (chunk) => {
      text += String(chunk);
    });
    stream.resume();
    await new Promise((resolve) => stream.once('end', resolve));
    session.close();
    const last = text.trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });

  test('ends when the server stops', async () => {
    const ending = follow(`${maps}?watch=true`, 99);
    while (!/^apiserver_longrunning_requests\{.*\} 1$/m.test((await at.call('GET', '/metrics')).text));
    await at.https.close();
    expect(await ending).toEqual([]);
  });
});

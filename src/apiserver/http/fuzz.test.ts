import type { ClientHttp2Session } from 'node:http2';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Http2Client } from '../http2.fixture.js';
import { type HttpsFixture, httpsFixture } from '../https.fixture.js';

/** Whatever a client sends, the answer says what is wrong with it, and the server goes on. */
let at: HttpsFixture;
let session: ClientHttp2Session;
let client: Http2Client;
beforeAll(async () => {
  at = await httpsFixture();
  session = at.http2();
  client = new Http2Client(session);
  const maps = '/api/v1/namespaces/default/configmaps';
  await client.call('POST', maps, { body: { metadata: { name: 'a' }, data: { x: 'y' } } });
});
afterAll(async () => {
  session.close();
  await at[Symbol.asyncDispose]();
});

// Watches and followed logs are left out: they have no end of their own.
const words =
  'api apis v1 v2 apps batch namespaces default kube-system pods configmaps secrets nodes statefulsets jobs leases a status scale finalize binding eviction exec attach portforward log token openapi v3 readyz metrics version .. . %2e%2e %2f %00 %25 %zz __proto__ constructor prototype';
const piece = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...words.split(' ')) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }).map((text) => encodeURIComponent(text)) },
);
const known = fc.constantFrom(
  '/api/v1/namespaces/default/configmaps',
  '/api/v1/namespaces/default/configmaps/a',
  '/api/v1/namespaces/default/pods/a/status',
  '/api/v1/nodes',
  '/apis/apps/v1/namespaces/default/statefulsets',
  '/apis/apps/v1/namespaces/default/statefulsets/a/scale',
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
);
const path = fc.oneof(
  { weight: 3, arbitrary: known },
  { weight: 1, arbitrary: fc.array(piece, { maxLength: 8 }).map((parts) => `/${parts.join('/')}`) },
);

const keys =
  'limit continue resourceVersion resourceVersionMatch labelSelector fieldSelector dryRun fieldValidation fieldManager force propagationPolicy gracePeriodSeconds orphanDependents pretty timeout includeObject sendInitialEvents container tailLines';
const value = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1',
    '999999999999999999999',
    'true',
    'All',
    'Exact',
    'NotOlderThan',
    'Strict',
    'a=b',
    'a in (b',
    '!',
    'metadata.name=a',
    '5s',
    'Foreground',
    'Object',
  ),
  fc.string({ maxLength: 12 }),
);
const query = fc
  .array(fc.tuple(fc.constantFrom(...keys.split(' ')), value), { maxLength: 4 })
  .map((pairs) => (pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`));

const types = fc.constantFrom(
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'text/html',
  ';',
);
const accepts = fc.constantFrom(
  '*/*',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,*/*',
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/yaml;q=x',
  ',,;q=',
);

const wild = fc.json({ maxDepth: 4 });
const nearly = fc
  .record({
    apiVersion: fc.constantFrom('v1', 'apps/v1', ''),
    kind: fc.constantFrom('ConfigMap', 'StatefulSet', 'Scale', 'DeleteOptions', 'Node'),
    metadata: fc.oneof(
      fc.jsonValue(),
      fc.record({
        name: fc.constantFrom('a', 'b', '', '..'),
        labels: fc.jsonValue(),
        finalizers: fc.jsonValue(),
      }),
    ),
    spec: fc.jsonValue(),
    data: fc.jsonValue(),
  })
  .map((object) => JSON.stringify(object));
const operations = fc
  .array(
    fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
      path: fc.constantFrom(
        '',
        '/data',
        '/data/x',
        '/metadata/name',
        '/metadata/labels/-',
        '/__proto__/x',
        '/a~2',
      ),
      from: fc.constantFrom('', '/data', '/metadata'),
      value: fc.jsonValue(),
    }),
  )
  .map((list) => JSON.stringify(list));
const body = fc.oneof(
  fc.constant(undefined),
  wild,
  nearly,
  operations,
  fc.string(),
  fc.constantFrom('a: &a [*a]', '- - -', '{', '\u0000', '<<: {a: b}'),
);

const request = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'BREW'),
  path,
  query,
  type: types,
  accept: accepts,
  body,
});

test('any request gets an answer that is no failure of ours', async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path: where, query: asked, type, accept, body: sent }) => {
      const headers = { accept, 'content-type': type };
      const { code, text } = await client.call(method, `${where}${asked}`, {
        headers,
        ...(sent !== undefined && { body: sent }),
      });
      expect(code).toBeGreaterThanOrEqual(200);
      expect([code, text]).not.toEqual([500, expect.any(String)]);
      if (code >= 400 && method !== 'HEAD' && !text.startsWith('kind:') && !text.startsWith('apiVersion:'))
        expect(JSON.parse(text)).toMatchObject({ kind: 'Status', status: 'Failure', code });
      expect({}).not.toHaveProperty('x');
    }),
    { numRuns: 200 },
  );
  expect((await client.call('GET', '/livez')).text).toBe('ok');
});

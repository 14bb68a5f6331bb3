import type { ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindRows } from '../../api/kinds.js';
import { apiPath } from '../../api/paths.js';
import { resourceName } from '../../api/status-error.js';
import { Http2Client } from '../http2.fixture.js';
import { type HttpsFixture, httpsFixture } from '../https.fixture.js';
import { minimalObject, resourceKey } from './minimal-objects.fixture.js';

/** The scale of every kind that has one, as a client sees it on the wire. */
let at: HttpsFixture;
let session: ClientHttp2Session;
let client: Http2Client;
beforeAll(async () => {
  at = await httpsFixture();
  session = at.http2();
  client = new Http2Client(session);
});
afterAll(async () => {
  session.close();
  await at[Symbol.asyncDispose]();
});

const scalable = kindRows
  .filter(({ subresources }) => subresources.some(({ name }) => name === 'scale'))
  .map((kind) => [resourceKey(kind), kind] as const);

test('the kinds that are scaled', () => {
  expect(scalable.map(([key]) => key).sort()).toEqual([
    '/v1/replicationcontrollers',
    'apps/v1/deployments',
    'apps/v1/replicasets',
    'apps/v1/statefulsets',
  ]);
});

describe.each(scalable)('%s', (_key, kind) => {
  const collection = apiPath(kind, { namespace: 'default' });
  const path = `${collection}/s`;
  const scale = `${path}/scale`;
  beforeAll(async () => {
    expect((await client.call('POST', collection, { body: minimalObject(kind, 's') })).code).toBe(201);
  });

  async function replicas(): Promise<unknown> {
    const { json } = await client.call('GET', path);
    return json['spec'];
  }

  test('is read, and written with and without a version', async () => {
    const got = await client.call('GET', scale);
    expect(got.json).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: {
        name: 's',
        namespace: 'default',
        uid: expect.any(String),
        resourceVersion: expect.any(String),
      },
      spec: { replicas: 1 },
      status: { replicas: 0, selector: 'app=a' },
    });
    const put = await client.call('PUT', scale, { body: { ...got.json, spec: { replicas: 2 } } });
    expect([put.code, put.json]).toMatchObject([200, { spec: { replicas: 2 } }]);
    const stale = await client.call('PUT', scale, { body: { ...got.json, spec: { replicas: 3 } } });
    expect([stale.code, stale.json['message']]).toEqual([
      409,
      `Operation cannot be fulfilled on ${resourceName(kind)} "s": the object has been modified; please apply your changes to the latest version and try again`,
    ]);
    const blind = { metadata: { name: 's' }, spec: { replicas: 4 } };
    expect((await client.call('PUT', scale, { body: blind })).code).toBe(200);
    expect(await replicas()).toMatchObject({ replicas: 4 });
  });

  test.each([
    ['merge-patch', { spec: { replicas: 5 } }],
    ['strategic-merge-patch', { spec: { replicas: 6 } }],
    ['json-patch', [{ op: 'replace', path: '/spec/replicas', value: 7 }]],
  ])('is changed by a %s', async (type, body) => {
    const before = await replicas();
    const headers = { 'content-type': `application/${type}+json` };
    const dry = await client.call('PATCH', `${scale}?dryRun=All`, { body, headers });
    expect([dry.code, dry.json['kind'], await replicas()]).toEqual([200, 'Scale', before]);
    const answer = await client.call('PATCH', scale, { body, headers });
    expect([answer.code, answer.json['spec']]).toEqual([200, dry.json['spec']]);
    expect(await replicas()).toMatchObject({ ...(answer.json['spec'] as object) });
  });

  test('takes no less than nothing, and is of its own kind', async () => {
    const below = await client.call('PUT', scale, {
      body: { metadata: { name: 's' }, spec: { replicas: -1 } },
    });
    expect([below.code, below.json['message']]).toEqual([
      422,
      'Scale.autoscaling "s" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ]);
    const text = await client.call('PUT', scale, {
      body: { metadata: { name: 's' }, spec: { replicas: 'two' } },
    });
    expect([text.code, text.json['message']]).toEqual([
      400,
      'Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32',
    ]);
    const other = await client.call('PUT', scale, { body: { ...minimalObject(kind, 's') } });
    expect(other.code).toBe(400);
    const missing = await client.call('GET', `${collection}/nobody/scale`);
    expect([missing.code, missing.json['message']]).toEqual([
      404,
      `${resourceName(kind)} "nobody" not found`,
    ]);
    const refused = await client.call('DELETE', scale);
    expect([refused.code, refused.headers['allow']]).toEqual([405, 'GET, PATCH, PUT']);
  });
});

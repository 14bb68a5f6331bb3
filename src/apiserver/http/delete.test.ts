import type { ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds } from '../../api/kinds.js';
import { Http2Client } from '../http2.fixture.js';
import { type HttpsFixture, httpsFixture } from '../https.fixture.js';

/** What a delete can be asked for, as a client sees it on the wire; every-kind.test.ts has what it answers per kind. */
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

const maps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';

async function makeMap(name: string, finalizers: readonly string[] = []): Promise<string> {
  await at.api.create(kinds.ConfigMap, { metadata: { name, namespace: 'default', finalizers } });
  return `${maps}/${name}`;
}

/** A Pod that runs on a node, and so is given time to stop. */
async function makePod(name: string): Promise<string> {
  const spec = { nodeName: 'node-0', containers: [{ name: 'main', image: 'busybox' }] };
  await at.api.create(kinds.Pod, { metadata: { name, namespace: 'default' }, spec });
  return `${pods}/${name}`;
}

test.each([
  [
    { propagationPolicy: 'Background', orphanDependents: true },
    'propagationPolicy: Invalid value: "Background": orphanDependents and deletionPropagation cannot be both set',
  ],
  [
    { propagationPolicy: 'Sideways' },
    'propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
  ],
  [{ dryRun: ['Some'] }, 'dryRun: Unsupported value: ["Some"]: supported values: "All"'],
])('%j is refused', async (body, why) => {
  const answer = await client.call('DELETE', `${maps}/any`, { body });
  expect(answer.json).toMatchObject({
    code: 422,
    message: `DeleteOptions.meta.k8s.io "" is invalid: ${why}`,
  });
});

test.each([
  [
    '{"gracePeriodSeconds":"soon"}',
    'cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
  ],
  ['{"kind":"Pod","apiVersion":"v1"}', 'the body of a delete has to be DeleteOptions, and is of kind "Pod"'],
  ['{', 'unexpected end of JSON input'],
  ['[]', 'has to be an object of kind DeleteOptions'],
])('the body %s is refused', async (body, why) => {
  const answer = await client.call('DELETE', `${maps}/any`, { body });
  expect(answer.json).toMatchObject({ code: 400, message: expect.stringContaining(why) });
});

describe('dependents', () => {
  test.each([
    ['propagationPolicy=Foreground', ['foregroundDeletion'], 202],
    ['propagationPolicy=Orphan', ['orphan'], 200],
    ['orphanDependents=true', ['orphan'], 200],
  ])('by %s', async (query, finalizers, code) => {
    const path = await makeMap(`by-${query.replaceAll(/\W/g, '-').toLowerCase()}`);
    const answer = await client.call('DELETE', `${path}?${query}`);
    expect([answer.code, answer.json]).toMatchObject([
      code,
      {
        kind: 'ConfigMap',
        metadata: { finalizers, deletionGracePeriodSeconds: 0, deletionTimestamp: '2026-11-22T10:00:00Z' },
      },
    ]);
    // Who asks again without saying how leaves it as it was, and who says so changes it.
    expect((await client.call('DELETE', path)).json).toMatchObject({ metadata: { finalizers } });
    const last = await client.call('DELETE', `${path}?propagationPolicy=Background`);
    expect([last.json['kind'], (await client.call('GET', path)).code]).toEqual(['Status', 404]);
  });

  test('orphanDependents=false is a delete in the background, answered 202 while something holds', async () => {
    const path = await makeMap('held', ['example.com/hold']);
    const answer = await client.call('DELETE', `${path}?orphanDependents=false`);
    expect([answer.code, answer.json]).toMatchObject([
      202,
      { metadata: { finalizers: ['example.com/hold'] } },
    ]);
  });

  test('Events never wait for any', async () => {
    await at.api.create(kinds.Event, {
      metadata: { name: 'e', namespace: 'default' },
      involvedObject: { namespace: 'default' },
    });
    const path = '/api/v1/namespaces/default/events/e';
    expect((await client.call('DELETE', `${path}?propagationPolicy=Foreground`)).json['status']).toBe(
      'Success',
    );
  });
});

test('the body counts and the query does not, unless there is no body', async () => {
  const path = await makePod('a');
  const byQuery = await client.call('DELETE', `${path}?gracePeriodSeconds=20`);
  expect(byQuery.json).toMatchObject({ metadata: { deletionGracePeriodSeconds: 20 } });
  const byBody = await client.call('DELETE', `${path}?gracePeriodSeconds=1`, {
    body: { gracePeriodSeconds: 10 },
  });
  expect(byBody.json).toMatchObject({
    metadata: { deletionGracePeriodSeconds: 10, deletionTimestamp: '2026-11-22T10:00:10Z', generation: 2 },
  });
});

test('a Pod is given its own time, and a negative time is a second', async () => {
  const own = await client.call('DELETE', await makePod('own'));
  expect(own.json).toMatchObject({ kind: 'Pod', metadata: { deletionGracePeriodSeconds: 30 } });
  const negative = await client.call('DELETE', await makePod('negative'), {
    body: { gracePeriodSeconds: -5 },
  });
  expect(negative.json).toMatchObject({ metadata: { deletionGracePeriodSeconds: 1 } });
  const now = await client.call('DELETE', await makePod('now'), { body: { gracePeriodSeconds: 0 } });
  expect([now.code, now.json['kind']]).toEqual([200, 'Pod']);
  expect((await client.call('GET', `${pods}/now`)).code).toBe(404);
});

test('an object on its way out takes no new finalizers and keeps its marks', async () => {
  const path = await makeMap('leaving', ['example.com/a', 'example.com/b']);
  const marked = await client.call('DELETE', path);
  const headers = { 'content-type': 'application/merge-patch+json' };
  const more = { metadata: { finalizers: ['example.com/a', 'example.com/new'] } };
  expect((await client.call('PATCH', path, { body: more, headers })).json).toMatchObject({
    code: 422,
    message:
      'ConfigMap "leaving" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/new"}',
  });
  const fewer = { metadata: { finalizers: ['example.com/b'], deletionTimestamp: null } };
  const kept = await client.call('PATCH', path, { body: fewer, headers });
  expect(kept.json).toMatchObject({
    metadata: {
      finalizers: ['example.com/b'],
      deletionTimestamp: (marked.json as { metadata: { deletionTimestamp: string } }).metadata
        .deletionTimestamp,
    },
  });
  const none = { metadata: { finalizers: null } };
  expect((await client.call('PATCH', path, { body: none, headers })).code).toBe(200);
  expect((await client.call('GET', path)).code).toBe(404);
});

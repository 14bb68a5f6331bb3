import type { ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KindRow, kindRows, kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { apiPath } from '../../api/paths.js';
import { isNotFound, resourceName } from '../../api/status-error.js';
import { verbRulesOf } from '../../api/verb-rules.js';
import { Http2Client } from '../http2.fixture.js';
import { type HttpsFixture, httpsFixture } from '../https.fixture.js';
import { minimalObject, minimalObjects, resourceKey } from './minimal-objects.fixture.js';

/** What every verb does, on every kind that is stored, as a client sees it on the wire. */
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

const storedKinds = kindRows.filter(({ stored }) => stored);
// An IPAddress is called by its address, and so has a test of its own.
const rows = storedKinds
  .filter(({ kind }) => kind !== 'IPAddress')
  .map((kind) => [resourceKey(kind), kind] as const);

type Json = { readonly [key: string]: unknown };
interface Shown extends Json {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: { readonly [name: string]: string };
    readonly deletionTimestamp?: string;
  };
}

const merge = { 'content-type': 'application/merge-patch+json' };
/** How writes name the resource: the two faces of Event are one. */
const stored = ({ storage }: KindRow): string => resourceName(storage);
const namespaceOf = (kind: KindRow) => (kind.namespaced ? 'default' : undefined);
const collection = (kind: KindRow): string => apiPath(kind, { namespace: namespaceOf(kind) });
const item = (kind: KindRow, name: string): string => apiPath(kind, { namespace: namespaceOf(kind), name });

function isShown(value: Json): value is Shown {
  return typeof value['metadata'] === 'object';
}

function shown(value: Json): Shown {
  if (isShown(value)) return value;
  throw new Error(`no object: ${JSON.stringify(value)}`);
}

/** Creates an object without the wire, on which only the first of each kind is made. */
async function create(kind: KindRow, name: string): Promise<Shown> {
  return shown(JSON.parse(JSON.stringify(await at.api.create(kind, minimalObject(kind, name)))));
}

/** Lets go of an object that is held back on its way out. */
async function release(kind: KindRow, name: string): Promise<void> {
  const key = { namespace: namespaceOf(kind), name };
  const body = { metadata: { finalizers: null } };
  const left = await at.api.patch(kind, key, { type: 'application/merge-patch+json', body }).catch(notThere);
  if (left === undefined || kind.plural !== 'namespaces') return;
  await at.api.updateSub(kinds.Namespace, { metadata: { name }, spec: { finalizers: [] } }, 'finalize');
}

function notThere(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}

async function remove(kind: KindRow, name: string): Promise<void> {
  const options = { propagationPolicy: 'Background', gracePeriodSeconds: 0 } as const;
  const key = { namespace: namespaceOf(kind), name };
  const last = await at.api.delete(kind, key, options).catch(notThere);
  if (last?.metadata?.deletionTimestamp !== undefined) await release(kind, name);
}

function changed(kind: KindRow): Json {
  return minimalObjects[resourceKey(kind)]?.change ?? {};
}

test('every kind that is stored has a row in the fixture table, and no row stands for nothing', () => {
  expect(Object.keys(minimalObjects).sort()).toEqual(storedKinds.map(resourceKey).sort());
});

test('an IPAddress, which is called by its address', async () => {
  const path = collection(kinds.IPAddress);
  const body = minimalObject(kinds.IPAddress, '10.96.7.7');
  expect((await client.call('POST', path, { body })).code).toBe(201);
  const patched = await client.call('PATCH', `${path}/10.96.7.7`, {
    body: changed(kinds.IPAddress),
    headers: merge,
  });
  expect(patched.json).toMatchObject(changed(kinds.IPAddress));
  expect((await client.call('POST', path, { body: minimalObject(kinds.IPAddress, 'a') })).code).toBe(422);
  expect((await client.call('DELETE', `${path}/10.96.7.7`)).json).toMatchObject({ status: 'Success' });
});

describe.each(rows)('%s', (_key, kind) => {
  test('create, get, list, forms, delete; a watch sees it all', async () => {
    const watch = await client.watch(`${collection(kind)}?watch=true&labelSelector=of=life`);
    const metadataOnly = { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' };
    const slim = await client.watch(`${collection(kind)}?watch=1&labelSelector=of=life`, metadataOnly);
    const born = await client.call('POST', collection(kind), { body: minimalObject(kind, 'life') });
    expect([born.code, born.text]).toEqual([201, expect.any(String)]);
    const made = shown(born.json);
    expect(made).toMatchObject({
      kind: kind.kind,
      metadata: { name: 'life', creationTimestamp: expect.any(String) },
    });
    const again = await client.call('POST', collection(kind), { body: minimalObject(kind, 'life') });
    expect([again.code, again.json['message']]).toEqual([409, `${stored(kind)} "life" already exists`]);
    const path = item(kind, 'life');
    const got = await client.call('GET', path, {
      headers: { accept: 'application/vnd.kubernetes.protobuf,application/json' },
    });
    expect([got.headers['content-type'], got.json]).toEqual(['application/json', made]);
    expect((await client.call('GET', path, { headers: { accept: 'application/cbor' } })).code).toBe(406);
    const list = await client.call('GET', `${collection(kind)}?labelSelector=of=life`);
    expect(list.json).toMatchObject({ kind: kind.listKind, items: [{ metadata: { name: 'life' } }] });
    await showsForms(kind, made);
    const patched = await client.call('PATCH', path, {
      body: { metadata: { labels: { seen: 'yes' } } },
      headers: merge,
    });
    await remove(kind, 'life');
    expect((await client.call('GET', path)).code).toBe(404);
    const events = await watch.until(3);
    const last = events.at(-1);
    expect([events[0], events[1], last]).toMatchObject([
      { type: 'ADDED', object: made },
      { type: 'MODIFIED', object: patched.json },
      { type: 'DELETED', object: { metadata: { uid: made.metadata.uid } } },
    ]);
    expect((await slim.until(1))[0]).toMatchObject({
      type: 'ADDED',
      object: { kind: 'PartialObjectMetadata' },
    });
    watch.stop();
    slim.stop();
  });

  test('a generated name, from YAML', async () => {
    const { metadata: _, ...object } = minimalObject(kind, '');
    const body = JSON.stringify({
      ...object,
      metadata: { generateName: 'made-', labels: { of: 'generated' } },
    });
    const headers = { 'content-type': 'application/yaml' };
    const made = await client.call('POST', collection(kind), { body: `# as YAML\n${body}\n`, headers });
    expect([made.code, shown(made.json).metadata.name]).toEqual([
      201,
      expect.stringMatching(/^made-[a-z0-9]{5}$/),
    ]);
    await remove(kind, shown(made.json).metadata.name);
  });

  test('update by version, and without one', async () => {
    const made = await create(kind, 'updated');
    const path = item(kind, 'updated');
    const labels = { ...made.metadata.labels, more: 'yes' };
    const body = { ...made, metadata: { ...made.metadata, labels } };
    const updated = await client.call('PUT', path, { body });
    expect([updated.code, shown(updated.json).metadata.labels]).toEqual([200, labels]);
    const stale = await client.call('PUT', path, {
      body: { ...body, metadata: { ...body.metadata, labels: {} } },
    });
    expect([stale.code, stale.json['reason'], stale.json['message']]).toEqual([
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${stored(kind)} "updated": the object has been modified; please apply your changes to the latest version and try again`,
    ]);
    const { resourceVersion: _, ...unversioned } = { ...made.metadata, labels: { any: 'version' } };
    const blind = await client.call('PUT', path, { body: { ...made, metadata: unversioned } });
    if (verbRulesOf(kind).updateNeedsVersion)
      expect([blind.code, blind.json['message']]).toEqual([
        422,
        `${stored(kind)} "updated" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`,
      ]);
    else expect([blind.code, blind.json]).toMatchObject([200, { metadata: { labels: { any: 'version' } } }]);
    const other = await client.call('PUT', path, { body: { ...made, metadata: { name: 'other' } } });
    expect([other.code, other.json['message']]).toEqual([
      400,
      'the name of the object (other) does not match the name on the URL (updated)',
    ]);
    await remove(kind, 'updated');
    await updatesAbsent(kind);
  });

  test('patches of every kind', async () => {
    await create(kind, 'patched');
    const path = item(kind, 'patched');
    for (const type of ['merge-patch+json', 'strategic-merge-patch+json']) {
      const headers = { 'content-type': `application/${type}` };
      const answer = await client.call('PATCH', path, { body: changed(kind), headers });
      expect([answer.code, answer.json]).toEqual([200, expect.objectContaining({ kind: kind.kind })]);
      expect(answer.json).toMatchObject(changed(kind));
    }
    const before = await client.call('GET', path);
    const same = await client.call('PATCH', path, { body: changed(kind), headers: merge });
    expect(same.json).toEqual(before.json);
    const headers = { 'content-type': 'application/json-patch+json' };
    const add = [{ op: 'add', path: '/metadata/labels/json', value: 'patch' }];
    const answer = await client.call('PATCH', path, { body: add, headers });
    expect(shown(answer.json).metadata.labels).toMatchObject({ json: 'patch' });
    const test = [{ op: 'test', path: '/metadata/name', value: 'nobody' }];
    expect((await client.call('PATCH', path, { body: test, headers })).code).toBe(422);
    const stale = { metadata: { resourceVersion: '1', labels: { stale: 'yes' } } };
    expect((await client.call('PATCH', path, { body: stale, headers: merge })).code).toBe(409);
    await remove(kind, 'patched');
  });

  test('dry runs store nothing', async () => {
    await create(kind, 'kept');
    const path = item(kind, 'kept');
    const before = await client.call('GET', path);
    const { revision } = at.store;
    const dry = { dryRun: 'All' };
    const query = new URLSearchParams(dry).toString();
    const made = await client.call('POST', `${collection(kind)}?${query}`, {
      body: minimalObject(kind, 'dry'),
    });
    expect([made.code, shown(made.json).metadata.name]).toEqual([201, 'dry']);
    const patched = await client.call('PATCH', `${path}?${query}`, { body: changed(kind), headers: merge });
    expect(patched.json).toMatchObject(changed(kind));
    const deleted = await client.call('DELETE', path, { body: { ...dry, dryRun: ['All'] } });
    expect(deleted.code).toBe(200);
    expect((await client.call('DELETE', `${path}?${query}`)).code).toBe(200);
    const wrong = await client.call('POST', `${collection(kind)}?dryRun=Some`, {
      body: minimalObject(kind, 'dry'),
    });
    expect([wrong.code, wrong.json['message']]).toEqual([
      422,
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    ]);
    expect(at.store.revision).toBe(revision);
    expect((await client.call('GET', path)).json).toEqual(before.json);
    await remove(kind, 'kept');
  });

  test('unknown and duplicate fields', async () => {
    const text = JSON.stringify({ ...minimalObject(kind, 'strict'), nope: 1 });
    const body = `${text.slice(0, -1)},"nope":2}`;
    const path = collection(kind);
    const strict = await client.call('POST', `${path}?fieldValidation=Strict`, { body });
    expect([strict.code, strict.json['message']]).toEqual([
      400,
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: duplicate field "nope", unknown field "nope"`,
    ]);
    const ignored = await client.call('POST', `${path}?fieldValidation=Ignore&dryRun=All`, { body });
    expect([ignored.code, ignored.json['nope']]).toEqual([201, undefined]);
    expect(String(ignored.headers['warning'])).not.toContain('field');
    const warned = await client.call('POST', `${path}?dryRun=All`, { body });
    expect(String(warned.headers['warning'])).toContain(
      '299 - "duplicate field \\"nope\\"", 299 - "unknown field \\"nope\\""',
    );
  });

  test('a delete under conditions, and what it answers', async () => {
    const { uid, resourceVersion } = (await create(kind, 'gone')).metadata;
    const path = item(kind, 'gone');
    const otherUid = await client.call('DELETE', path, { body: { preconditions: { uid: 'other' } } });
    const { group } = kind.storage;
    const named = group === '' ? kind.kind : `${kind.kind}.${group}`;
    expect([otherUid.code, otherUid.json['message']]).toEqual([
      409,
      `Operation cannot be fulfilled on ${named} "gone": the UID in the precondition (other) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    ]);
    const body = { preconditions: { resourceVersion: '1' } };
    expect((await client.call('DELETE', path, { body })).code).toBe(409);
    const right = { preconditions: { uid, resourceVersion }, propagationPolicy: 'Background' };
    const deleted = await client.call('DELETE', path, { body: right });
    expect(deleted.code).toBe(200);
    const left = await client.call('GET', path);
    const answersObject = left.code === 200 || verbRulesOf(kind).deleteAnswersObject === true;
    if (answersObject) expect(deleted.json).toMatchObject({ kind: kind.kind, metadata: { uid } });
    else
      expect(deleted.json).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'gone', ...(kind.group !== '' && { group: kind.group }), kind: kind.plural, uid },
      });
    await release(kind, 'gone');
    const missing = await client.call('DELETE', path);
    expect([missing.code, missing.json['message']]).toEqual([404, `${stored(kind)} "gone" not found`]);
  });

  test('a collection goes by selector, a page at a time', async () => {
    const path = `${collection(kind)}?labelSelector=of+in+(c0,c1,c2)&propagationPolicy=Background`;
    for (const name of ['c0', 'c1', 'c2', 'c3']) await create(kind, name);
    const page = await client.call('DELETE', `${path}&limit=2`);
    if (!kind.verbs.includes('deletecollection')) {
      expect([page.code, page.json['reason'], page.headers['allow']]).toEqual([
        405,
        'MethodNotAllowed',
        'POST, GET',
      ]);
    } else {
      expect(page.json).toMatchObject({
        kind: kind.listKind,
        metadata: { continue: expect.any(String) },
        items: [{ metadata: { name: 'c0' } }, { metadata: { name: 'c1' } }],
      });
      for (const name of ['c0', 'c1']) await release(kind, name);
      const left = await client.call('GET', `${collection(kind)}?labelSelector=of+in+(c0,c1,c2,c3)`);
      expect(namesIn(left.json)).toEqual(['c2', 'c3']);
      expect(namesIn((await client.call('DELETE', path)).json)).toEqual(['c2']);
    }
    for (const name of ['c0', 'c1', 'c2', 'c3']) await remove(kind, name);
  });

  test('methods that the path does not have', async () => {
    const refused = await client.call('POST', item(kind, 'x'), { body: {} });
    expect(refused.json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'the server does not allow this method on the requested resource',
      reason: 'MethodNotAllowed',
      details: {},
      code: 405,
    });
    for (const method of ['PUT', 'OPTIONS'])
      expect((await client.call(method, collection(kind))).code).toBe(405);
    if (kind.namespaced)
      for (const method of ['POST', 'DELETE'])
        expect((await client.call(method, apiPath(kind))).headers['allow']).toBe('GET');
    expect((await client.call('GET', `${item(kind, 'x')}/nope`)).code).toBe(404);
  });
});

const withStatus = rows.filter(([, kind]) => kind.subresources.some(({ name }) => name === 'status'));

describe.each(withStatus)('the status of %s', (_key, kind) => {
  test('is written by its own path, which writes nothing else', async () => {
    const made = await create(kind, 'state');
    const path = item(kind, 'state');
    const lastTransitionTime = '2026-11-22T10:00:00Z';
    const conditions = [
      { type: 'Tested', status: 'True', reason: 'Tested', message: 'it was', lastTransitionTime },
    ];
    const body = { metadata: { labels: { by: 'status' } }, ...changed(kind), status: { conditions } };
    const byStatus = await client.call('PATCH', `${path}/status`, { body, headers: merge });
    expect([byStatus.code, byStatus.json]).toEqual([200, expect.objectContaining({ kind: kind.kind })]);
    const { status, ...main } = shown(byStatus.json);
    expect(main['spec']).toEqual(made['spec']);
    const own = await client.call('PUT', path, { body: { ...main, status: {} } });
    expect([own.code, own.json['status']]).toEqual([200, status]);
    expect((await client.call('GET', `${path}/status`)).json).toEqual(own.json);
    const put = await client.call('PUT', `${path}/status`, { body: { ...own.json, spec: { nope: 1 } } });
    expect(put.json).toEqual(own.json);
    await remove(kind, 'state');
  });
});

function namesIn(list: Json): readonly (string | undefined)[] {
  const items: readonly KubeObject[] = Array.isArray(list['items']) ? list['items'] : [];
  return items.map(({ metadata }) => metadata?.name);
}

async function showsForms(kind: KindRow, { metadata }: Shown): Promise<void> {
  const path = item(kind, metadata.name);
  const as = async (form: string): Promise<Json> => {
    const accept = `application/json;as=${form};v=v1;g=meta.k8s.io,application/json`;
    return (await client.call('GET', path, { headers: { accept } })).json;
  };
  expect(await as('PartialObjectMetadata')).toEqual({
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
  });
  expect(await as('Table')).toMatchObject({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: expect.arrayContaining([expect.objectContaining({ type: 'string' })]),
    rows: [{ cells: expect.any(Array), object: { kind: 'PartialObjectMetadata', metadata } }],
  });
  const yaml = await client.call('GET', path, { headers: { accept: 'application/yaml' } });
  expect([yaml.headers['content-type'], yaml.text]).toEqual([
    'application/yaml',
    expect.stringContaining(`kind: ${kind.kind}\n`),
  ]);
}

/** A PUT of what is not there: refused for most kinds, and for some a way to create. */
async function updatesAbsent(kind: KindRow): Promise<void> {
  const path = item(kind, 'absent');
  const answer = await client.call('PUT', path, { body: minimalObject(kind, 'absent') });
  if (verbRulesOf(kind).updateCreates) {
    expect([answer.code, shown(answer.json).metadata.name]).toEqual([201, 'absent']);
    await remove(kind, 'absent');
  } else expect([answer.code, answer.json['message']]).toEqual([404, `${stored(kind)} "absent" not found`]);
}

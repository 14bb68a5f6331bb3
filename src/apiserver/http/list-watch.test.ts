import type { ClientHttp2Session } from 'node:http2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { kinds } from '../../api/kinds.js';
import { Http2Client } from '../http2.fixture.js';
import { eveToken, type HttpsFixture, httpsFixture } from '../https.fixture.js';

/** Kubernetes' rules for lists and watches, as a client sees them on the wire. */
let at: HttpsFixture;
let session: ClientHttp2Session;
let client: Http2Client;
beforeAll(async () => {
  at = await httpsFixture();
  session = at.http2();
  client = new Http2Client(session);
});
afterEach(() => at.api.deleteCollection(kinds.ConfigMap, 'default'));
afterAll(async () => {
  session.close();
  await at[Symbol.asyncDispose]();
});

const maps = '/api/v1/namespaces/default/configmaps';
type Json = { readonly [key: string]: unknown };
interface ListMeta {
  readonly resourceVersion: string;
  readonly continue: string;
  readonly remainingItemCount?: number;
}

async function make(name: string, labels: { readonly [name: string]: string } = {}): Promise<string> {
  const made = await at.api.create(kinds.ConfigMap, { metadata: { name, namespace: 'default', labels } });
  return made.metadata?.resourceVersion ?? '';
}

async function relabel(name: string, labels: { readonly [name: string]: string }): Promise<void> {
  await at.api.update(kinds.ConfigMap, { metadata: { name, namespace: 'default', labels } });
}

const remove = (name: string) => at.api.delete(kinds.ConfigMap, { namespace: 'default', name });

function metaOf(list: Json): ListMeta {
  const { metadata } = list as { readonly metadata: ListMeta };
  return metadata;
}

function namesOf(list: Json): readonly string[] {
  const { items } = list as { readonly items: readonly { readonly metadata: { readonly name: string } }[] };
  return items.map(({ metadata }) => metadata.name);
}

async function list(query: string): Promise<Json> {
  return (await client.call('GET', `${maps}?${query}`)).json;
}

/** `ADDED a 5`: an event in a word. */
function told(event: Json): string {
  const { type, object } = event as {
    readonly type: string;
    readonly object: { readonly metadata?: { readonly name?: string }; readonly code?: number };
  };
  return `${type} ${object.metadata?.name ?? object.code ?? ''}`.trim();
}

describe('options that do not go together', () => {
  test.each([
    [
      'resourceVersionMatch=Exact',
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      'resourceVersionMatch=Exact&resourceVersion=0',
      'resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      'resourceVersionMatch=Near&resourceVersion=1',
      'resourceVersionMatch: Unsupported value: "Near": supported values: "Exact", "NotOlderThan", ""',
    ],
    [
      'resourceVersionMatch=NotOlderThan&resourceVersion=1&continue=x',
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided',
    ],
    ['sendInitialEvents=true', 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
    [
      'watch=1&sendInitialEvents=true',
      'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ],
    [
      'watch=1&resourceVersionMatch=NotOlderThan',
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    ],
    [
      'watch=1&sendInitialEvents=false&resourceVersionMatch=Exact',
      '[resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan, resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"]',
    ],
  ])('%s', async (query, why) => {
    const answer = await client.call('GET', `${maps}?${query}`);
    expect(answer.json).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: `ListOptions.meta.k8s.io "" is invalid: ${why}`,
      details: { group: 'meta.k8s.io', kind: 'ListOptions' },
    });
  });

  test.each([
    [
      'resourceVersion=new',
      'invalid resource version: resourceVersion: Invalid value: "new": strconv.ParseUint: parsing "new": invalid syntax',
    ],
    ['limit=all', 'limit: strconv.ParseInt: parsing "all": invalid syntax'],
    ['continue=x', 'invalid continue token: continue key is not valid: '],
    [
      `continue=${Buffer.from('{"v":"v9","rv":1,"start":"a"}').toString('base64url')}`,
      'server does not recognize this encoded version "v9"',
    ],
    [
      `continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":0,"start":"a"}').toString('base64url')}`,
      'incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    ],
    [
      `continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":1,"start":""}').toString('base64url')}`,
      'encoded start key empty (version meta.k8s.io/v1)',
    ],
    [`continue=${Buffer.from('null').toString('base64url')}`, 'server does not recognize'],
    ['labelSelector=a+in', 'unable to parse requirement'],
    [
      'fieldSelector=spec.nope%3D1',
      '"spec.nope" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
  ])('%s', async (query, why) => {
    const answer = await client.call('GET', `${maps}?${query}`);
    expect(answer.json).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message: expect.stringContaining(why),
    });
  });
});

describe('pages', () => {
  beforeEach(async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await make(name, { odd: String('ace'.includes(name)) });
  });

  test('show one revision while others write, and count what remains', async () => {
    const first = await list('limit=2');
    expect(namesOf(first)).toEqual(['a', 'b']);
    expect(metaOf(first)).toMatchObject({
      resourceVersion: String(at.store.revision),
      remainingItemCount: 3,
    });
    await remove('c');
    await relabel('d', { changed: 'yes' });
    await make('bb');
    const second = await list(`limit=2&continue=${metaOf(first).continue}`);
    expect(namesOf(second)).toEqual(['c', 'd']);
    expect(metaOf(second)).toMatchObject({
      resourceVersion: metaOf(first).resourceVersion,
      remainingItemCount: 1,
    });
    const last = await list(`limit=2&continue=${metaOf(second).continue}`);
    expect(namesOf(last)).toEqual(['e']);
    expect(metaOf(last)).toEqual({ resourceVersion: metaOf(first).resourceVersion });
    expect(namesOf(await list(''))).toEqual(['a', 'b', 'bb', 'd', 'e']);
  });

  test('with selectors nothing is counted, and the last page has no token', async () => {
    const first = await list('limit=2&labelSelector=odd=true');
    expect(namesOf(first)).toEqual(['a', 'c']);
    expect(metaOf(first).remainingItemCount).toBeUndefined();
    const last = await list(`limit=2&labelSelector=odd=true&continue=${metaOf(first).continue}`);
    expect([namesOf(last), metaOf(last).continue]).toEqual([['e'], undefined]);
    const none = await list('limit=2&fieldSelector=metadata.name%3Dnobody');
    expect([namesOf(none), metaOf(none).continue]).toEqual([[], undefined]);
  });

  test('after a compaction the list can be taken up at the present', async () => {
    const first = await list('limit=2');
    await make('cc');
    await at.store.compact(at.store.revision);
    const gone = await list(`limit=2&continue=${metaOf(first).continue}`);
    expect(gone).toMatchObject({ code: 410, reason: 'Expired' });
    expect(gone['message']).toContain('Continuing with the provided token results in an inconsistent list');
    const rest = await list(`limit=9&continue=${metaOf(gone).continue}`);
    expect([namesOf(rest), metaOf(rest).resourceVersion]).toEqual([
      ['c', 'cc', 'd', 'e'],
      String(at.store.revision),
    ]);
  });

  test('a token and a revision do not go together', async () => {
    const { continue: token } = metaOf(await list('limit=2'));
    expect((await list(`continue=${token}&resourceVersion=1`))['message']).toBe(
      'specifying resource version is not allowed when using continue',
    );
    expect(namesOf(await list(`continue=${token}&resourceVersion=0`))).toEqual(['c', 'd', 'e']);
  });

  test('a token reaches nothing outside its collection', async () => {
    await at.api.create(kinds.Secret, { metadata: { name: 's', namespace: 'default' } });
    const start = '../../../secrets/';
    const token = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: -1, start })).toString('base64url');
    expect(namesOf(await list(`continue=${token}`))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('revisions', () => {
  test('exactly one, at least one, any', async () => {
    const old = await make('a');
    await make('b');
    const exact = await list(`resourceVersion=${old}&resourceVersionMatch=Exact`);
    expect([namesOf(exact), metaOf(exact).resourceVersion]).toEqual([['a'], old]);
    const legacy = await list(`resourceVersion=${old}&limit=5`);
    expect([namesOf(legacy), metaOf(legacy).resourceVersion]).toEqual([['a'], old]);
    for (const query of [
      '',
      'resourceVersion=0',
      `resourceVersion=${old}`,
      `resourceVersion=${old}&resourceVersionMatch=NotOlderThan&limit=5`,
    ])
      expect(namesOf(await list(query))).toEqual(['a', 'b']);
    await at.store.compact(at.store.revision);
    expect(await list(`resourceVersion=${old}&resourceVersionMatch=Exact`)).toMatchObject({
      code: 410,
      message: 'The resourceVersion for the provided list is too old.',
    });
  });

  test('one of the future is not waited for, by lists and gets', async () => {
    await make('a');
    const wanted = {
      code: 504,
      reason: 'Timeout',
      message: `Timeout: Too large resource version: 999999, current: ${at.store.revision}`,
      details: {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
    };
    for (const path of [`${maps}?resourceVersion=999999`, `${maps}/a?resourceVersion=999999`]) {
      const answer = await client.call('GET', path);
      expect(answer.json).toMatchObject(wanted);
      expect(answer.headers['retry-after']).toBe('1');
    }
    expect((await client.call('GET', `${maps}/a?resourceVersion=0`)).code).toBe(200);
    const watch = await client.call('GET', `${maps}?watch=true&resourceVersion=999999`);
    expect(watch.json).toMatchObject(wanted);
  });

  test('a limit holds at any revision', async () => {
    for (const name of ['a', 'b']) await make(name);
    const page = await list('resourceVersion=0&limit=1');
    expect([namesOf(page), typeof metaOf(page).continue]).toEqual([['a'], 'string']);
  });
});

test('a rule for one name holds for lists and watches of that name', async () => {
  for (const name of ['a', 'b']) await make(name);
  const rule = { apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'], verbs: ['list', 'watch'] };
  await at.api.create(kinds.Role, { metadata: { name: 'one', namespace: 'default' }, rules: [rule] });
  await at.api.create(kinds.RoleBinding, {
    metadata: { name: 'one', namespace: 'default' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'one' },
    subjects: [{ kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' }],
  });
  const ask = (query: string) => at.call('GET', `${maps}?${query}`, { token: eveToken });
  const named = await ask('fieldSelector=metadata.name%3Da');
  expect([named.code, namesOf(named.json)]).toEqual([200, ['a']]);
  for (const query of [
    '',
    'fieldSelector=metadata.name%3Db',
    'fieldSelector=metadata.name!%3Da',
    'fieldSelector=%3D%3D',
  ])
    expect([query, (await ask(query)).code]).toEqual([query, 403]);
});

describe('watch', () => {
  test('begins with the present, at any revision, or where its client left off', async () => {
    const first = await make('a');
    await make('b');
    const begun: readonly (readonly [string, readonly string[]])[] = [
      ['', ['ADDED a', 'ADDED b', 'ADDED c']],
      ['&resourceVersion=0', ['ADDED a', 'ADDED b', 'ADDED c']],
      [`&resourceVersion=${first}`, ['ADDED b', 'ADDED c']],
      [`&resourceVersion=${at.store.revision}`, ['ADDED c']],
      ['&sendInitialEvents=false&resourceVersionMatch=NotOlderThan', ['ADDED c']],
      ['&fieldSelector=metadata.name%3Dc', ['ADDED c']],
    ];
    const watches = await Promise.all(begun.map(([query]) => client.watch(`${maps}?watch=true${query}`)));
    const old = await client.watch(`/api/v1/watch/namespaces/default/configmaps/c?timeoutSeconds=60`);
    await make('c');
    for (const [index, watch] of watches.entries()) {
      const events = await watch.until(begun[index]?.[1].length ?? 0);
      expect([begun[index]?.[0], events.map(told)]).toEqual(begun[index]);
    }
    expect((await old.until(1)).map(told)).toEqual(['ADDED c']);
    for (const watch of [...watches, old]) watch.stop();
  });

  test('an object comes into view and leaves it, and is shown as it was when it left', async () => {
    await make('a');
    const watch = await client.watch(
      `${maps}?watch=true&labelSelector=on%3Dyes&resourceVersion=${at.store.revision}`,
    );
    await relabel('a', { on: 'yes' });
    await relabel('a', { on: 'yes', more: '1' });
    await relabel('a', { on: 'no', more: '2' });
    const { revision } = at.store;
    await relabel('a', { on: 'no', more: '3' });
    await remove('a');
    await make('b', { on: 'yes' });
    await remove('b');
    const events = await watch.until(5);
    expect(events.map(told)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED b', 'DELETED b']);
    expect(events[2]).toMatchObject({
      object: { metadata: { labels: { on: 'yes', more: '1' }, resourceVersion: String(revision) } },
    });
    expect(events[4]).toMatchObject({ object: { metadata: { resourceVersion: String(at.store.revision) } } });
    watch.stop();
  });

  test('streaming lists end with a bookmark of their own, as objects, metadata and tables', async () => {
    await make('a');
    const query =
      'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const ended = {
      type: 'BOOKMARK',
      object: {
        metadata: {
          resourceVersion: String(at.store.revision),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    };
    for (const [form, kind] of [
      ['', 'ConfigMap'],
      [';as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'PartialObjectMetadata'],
      [';as=Table;v=v1;g=meta.k8s.io', 'Table'],
    ] as const) {
      const watch = await client.watch(`${maps}?${query}`, { accept: `application/json${form}` });
      const [added, bookmark] = await watch.until(2);
      expect(added).toMatchObject({ type: 'ADDED', object: { kind } });
      expect(bookmark).toMatchObject({ ...ended, object: { ...ended.object, kind } });
      watch.stop();
    }
    const silent = await client.watch(`${maps}?${query.replace('&allowWatchBookmarks=true', '')}`);
    await make('b');
    expect((await silent.until(2)).map(told)).toEqual(['ADDED a', 'ADDED b']);
    silent.stop();
    const none = await client.watch(`${maps}?${query}&labelSelector=no%3Done`);
    expect(await none.until(1)).toMatchObject([{ type: 'BOOKMARK' }]);
    none.stop();
  });

  test('bookmarks come each minute and before the end', async () => {
    const watch = await client.watch(`${maps}?watch=true&allowWatchBookmarks=true&timeoutSeconds=100`);
    await at.clock.advance(59_999);
    expect(watch.events).toEqual([]);
    await at.clock.advance(1);
    expect(await watch.until(1)).toHaveLength(1);
    await make('a');
    const { revision } = at.store;
    await at.clock.advance(38_000);
    const last = {
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { resourceVersion: String(revision) } },
    };
    expect((await watch.until(3))[2]).toMatchObject(last);
    await at.clock.advance(2000);
    expect(await watch.until(99)).toHaveLength(3);
  });

  test('from a compacted revision there is one event, which says so', async () => {
    const old = await make('a');
    await make('b');
    await at.store.compact(at.store.revision);
    const watch = await client.watch(`${maps}?watch=true&resourceVersion=${old}`);
    expect(await watch.until(9)).toEqual([
      {
        type: 'ERROR',
        object: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: `too old resource version: ${old} (${at.store.revision})`,
          reason: 'Expired',
          code: 410,
        },
      },
    ]);
  });

  test('every revision that is kept can be resumed from', async () => {
    const revisions: string[] = [];
    for (let i = 0; i < 12; i++) revisions.push(await make(`m${String(i).padStart(2, '0')}`));
    for (const [index, revision] of revisions.entries()) {
      const watch = await client.watch(`${maps}?watch=true&resourceVersion=${revision}`);
      const missed = revisions.length - index - 1;
      expect((await watch.until(missed)).map(told)).toEqual(
        Array.from({ length: missed }, (_, i) => `ADDED m${String(index + 1 + i).padStart(2, '0')}`),
      );
      watch.stop();
    }
  });

  test('?watch does not change a get of one object, as for Kubernetes', async () => {
    await make('a');
    expect((await client.call('GET', `${maps}/a?watch=true`)).json).toMatchObject({ kind: 'ConfigMap' });
  });
});

import type { ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isObject } from '../../api/deep.js';
import { Http2Client } from '../http2.fixture.js';
import { type HttpsFixture, httpsFixture } from '../https.fixture.js';

/** What the server says of itself, as a client sees it on the wire. */
let at: HttpsFixture;
let session: ClientHttp2Session;
let client: Http2Client;
beforeAll(async () => {
  at = await httpsFixture({ metrics: () => 'others_total 1\n' });
  session = at.http2();
  client = new Http2Client(session);
});
afterAll(async () => {
  session.close();
  await at[Symbol.asyncDispose]();
});

type Json = { readonly [key: string]: unknown };

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

async function read(path: string, accept = 'application/json'): Promise<Json> {
  const answer = await client.call('GET', path, { headers: { accept } });
  expect([path, answer.code]).toEqual([path, 200]);
  return answer.json;
}

const aggregated = (version: string): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList,application/json`;

/** `apps/v1 statefulsets/scale autoscaling/v1 Scale namespaced get,patch,update`: all that discovery says of a resource. */
async function legacy(): Promise<readonly string[]> {
  const { groups } = await read('/apis');
  const roots = [
    '/api/v1',
    ...list(groups).flatMap(({ versions }) =>
      list(versions).map(({ groupVersion }) => `/apis/${groupVersion}`),
    ),
  ];
  const documents = await Promise.all(roots.map((root) => read(root)));
  return documents.flatMap(({ groupVersion, resources }) =>
    list(resources).map((one) => {
      const [own = '', version = ''] = String(groupVersion).includes('/')
        ? String(groupVersion).split('/')
        : ['', groupVersion];
      const {
        group = own,
        version: in_ = version,
        kind,
        namespaced,
        verbs,
        shortNames,
        categories,
        singularName,
      } = one;
      return [
        groupVersion,
        one['name'],
        singularName,
        `${group}/${in_}`,
        kind,
        namespaced,
        verbs,
        shortNames,
        categories,
      ].join(' ');
    }),
  );
}

async function newer(version: string): Promise<readonly string[]> {
  const documents = await Promise.all(['/api', '/apis'].map((path) => read(path, aggregated(version))));
  const items = documents.flatMap((document) => list(document['items']));
  return items.flatMap(({ metadata, versions }) =>
    list(versions).flatMap(({ version: v, resources }) => {
      const group = isObject(metadata) ? (metadata['name'] ?? '') : '';
      const groupVersion = group === '' ? v : `${group}/${v}`;
      return list(resources).flatMap(
        ({
          resource,
          responseKind,
          scope,
          singularResource,
          verbs,
          shortNames,
          categories,
          subresources,
        }) => {
          const line = (name: string, of: unknown, more: readonly unknown[]): string => {
            const { group: g, version: in_, kind } = isObject(of) ? of : {};
            return [
              groupVersion,
              name,
              more[0],
              `${g}/${in_}`,
              kind,
              scope === 'Namespaced',
              ...more.slice(1),
            ].join(' ');
          };
          return [
            line(String(resource), responseKind, [singularResource, verbs, shortNames, categories]),
            ...list(subresources).map((sub) =>
              line(`${resource}/${sub['subresource']}`, sub['responseKind'], [
                '',
                sub['verbs'],
                undefined,
                undefined,
              ]),
            ),
          ];
        },
      );
    }),
  );
}

describe('discovery', () => {
  test('says the same in all its forms', async () => {
    const old = [...(await legacy())].sort();
    expect(old.length).toBeGreaterThan(70);
    expect([...(await newer('v2'))].sort()).toEqual(old);
    expect([...(await newer('v2beta1'))].sort()).toEqual(old);
  });

  test.each(['v2', 'v2beta1'])('as %s has a tag, and is not sent to one who has it', async (version) => {
    const headers = { accept: aggregated(version) };
    for (const path of ['/api', '/apis']) {
      const first = await client.call('GET', path, { headers });
      expect(first.headers['content-type']).toBe(
        `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
      );
      expect(first.headers).toMatchObject({ etag: expect.stringMatching(/^"[0-9A-F]+"$/), vary: 'Accept' });
      expect(first.json['apiVersion']).toBe(`apidiscovery.k8s.io/${version}`);
      const again = await client.call('GET', path, {
        headers: { ...headers, 'if-none-match': String(first.headers.etag) },
      });
      expect([again.code, again.text]).toEqual([304, '']);
    }
  });

  test('of a group or version that is not there is not found', async () => {
    for (const path of ['/apis/nope', '/apis/apps/v9', '/api/v2', '/apis/nope/v1'])
      expect((await client.call('GET', path)).json).toMatchObject({ code: 404, reason: 'NotFound' });
  });
});

describe('OpenAPI', () => {
  test('each description stands under a hash, for good', async () => {
    const { paths } = await read('/openapi/v3');
    const entries = Object.entries(isObject(paths) ? paths : {});
    expect(entries.map(([root]) => root)).toEqual(expect.arrayContaining(['api/v1', 'apis/apps/v1']));
    const [root, value] = entries.find(([name]) => name === 'apis/apps/v1') ?? ['', {}];
    const url = String(isObject(value) ? value['serverRelativeURL'] : '');
    const found = await client.call('GET', url);
    expect([found.code, found.headers['cache-control'], found.json['openapi']]).toEqual([
      200,
      'public, immutable',
      '3.0.0',
    ]);
    const known = await client.call('GET', url, { headers: { 'if-none-match': String(found.headers.etag) } });
    expect([known.code, known.text]).toEqual([304, '']);
    const moved = await client.call('GET', `/openapi/v3/${root}?hash=of-yesterday`);
    expect([moved.code, moved.headers.location]).toEqual([301, url]);
    const plain = await client.call('GET', `/openapi/v3/${root}`);
    expect([plain.headers['cache-control'], plain.headers.etag]).toEqual([
      'no-cache, private',
      found.headers.etag,
    ]);
  });

  test('version 2 in both forms, each with its tag', async () => {
    const protobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const [json, wire] = [
      await client.call('GET', '/openapi/v2'),
      await client.call('GET', '/openapi/v2', { headers: { accept: protobuf } }),
    ];
    expect(json.json).toMatchObject({ swagger: '2.0' });
    expect(wire.headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    expect(wire.headers.etag).not.toBe(json.headers.etag);
    const none = await client.call('GET', '/openapi/v2', { headers: { accept: 'text/html' } });
    expect(none.json).toMatchObject({ code: 406, reason: 'NotAcceptable' });
  });
});

test('every path of the root answers', async () => {
  const { paths } = await read('/');
  const all = Array.isArray(paths) ? paths.map(String) : [];
  expect(all).toEqual(
    expect.arrayContaining([
      '/api',
      '/api/v1',
      '/apis',
      '/apis/apps',
      '/apis/apps/v1',
      '/healthz/ping',
      '/livez',
      '/metrics',
      '/openapi/v3/apis/apps/v1',
      '/readyz/store',
      '/version',
    ]),
  );
  for (const path of all) expect([path, (await client.call('GET', path)).code]).toEqual([path, 200]);
});

test('/version names the Kubernetes that is spoken here, and Holdfast', async () => {
  expect(await read('/version')).toMatchObject({
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    gitVersion: 'v1.36.0+holdfast.0.1.0',
    platform: 'linux/amd64',
  });
});

test('/readyz in words', async () => {
  expect((await client.call('GET', '/readyz?verbose&exclude=store')).text).toBe(
    '[+]ping ok\n[+]store excluded: ok\nreadyz check passed\n',
  );
  expect((await client.call('GET', '/livez/ping')).headers['content-type']).toBe('text/plain; charset=utf-8');
});

test('/metrics has the names of Kubernetes', async () => {
  await client.call('POST', '/api/v1/namespaces/default/configmaps?dryRun=All', {
    body: { metadata: { name: 'x' } },
  });
  const watch = await client.watch('/api/v1/configmaps?watch=true');
  const { text } = await client.call('GET', '/metrics');
  const of = (verb: string, scope: string, dry = ''): string =>
    `component="apiserver",dry_run="${dry}",group="",resource="configmaps",scope="${scope}",subresource="",verb="${verb}",version="v1"`;
  expect(text).toContain(`apiserver_request_total{code="201",${of('POST', 'namespace', 'All')}} 1\n`);
  expect(text).toContain(`apiserver_request_duration_seconds_count{${of('POST', 'namespace', 'All')}} 1\n`);
  expect(text).toContain(`apiserver_longrunning_requests{${of('WATCH', 'cluster')}} 1\n`);
  expect(text).toContain('apiserver_current_inflight_requests{request_kind="readOnly"} 1\n');
  expect(text).toContain('apiserver_current_inflight_requests{request_kind="mutating"} 0\n');
  expect(text).toContain('apiserver_storage_objects{resource="namespaces"} 1\n');
  expect(text).toContain('apiserver_resource_objects{group="apps",resource="statefulsets"} 0\n');
  expect(text).toContain('others_total 1\n');
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
  expect(text).toMatch(/^process_cpu_seconds_total \d+/m);
  watch.stop();
});

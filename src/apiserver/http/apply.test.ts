import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpsFixture, httpsFixture } from '../https.fixture.js';

let at: HttpsFixture;
beforeEach(async () => {
  at = await httpsFixture({});
});
afterEach(() => at[Symbol.asyncDispose]());

const path = '/api/v1/namespaces/default/configmaps/a';
const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { x: "1" }\n';

function apply(query: string, body: string = yaml) {
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  return at.call('PATCH', `${path}${query}`, { body, headers });
}

describe('server-side apply over HTTP', () => {
  test('takes YAML and JSON; 201 when it creates, 200 after that', async () => {
    expect((await apply('?fieldManager=me')).code).toBe(201);
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', data: { x: '2' } });
    const again = await apply('?fieldManager=me', json);
    expect([again.code, again.json['data']]).toEqual([200, { x: '2' }]);
    const conflict = await apply('?fieldManager=other');
    expect([conflict.code, conflict.json['reason']]).toEqual([409, 'Conflict']);
    expect((await apply('?fieldManager=other&force=true')).json['data']).toEqual({ x: '1' });
  });

  test('its options are checked', async () => {
    expect((await apply('')).json['message']).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
    expect((await apply(`?fieldManager=${'x'.repeat(129)}`)).json['message']).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
    );
    const merge = { body: {}, headers: { 'content-type': 'application/merge-patch+json' } };
    expect((await at.call('PATCH', `${path}?force=true`, merge)).json['message']).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  });

  test('a broken body changes nothing', async () => {
    const broken = await apply('?fieldManager=me', 'a: [');
    expect([broken.code, broken.json['message']]).toEqual([
      400,
      expect.stringContaining('error converting YAML to JSON: yaml: '),
    ]);
    expect((await apply('?fieldManager=me', '- 1')).code).toBe(400);
    expect((await at.call('GET', path)).code).toBe(404);
  });

  test('the User-Agent stands in for a manager that is not named', async () => {
    const headers = { 'user-agent': 'curl/8.1 (x)' };
    const body = { metadata: { name: 'b' }, data: { x: '1' } };
    const made = await at.call('POST', '/api/v1/namespaces/default/configmaps', { body, headers });
    expect(made.json['metadata']).toMatchObject({ managedFields: [{ manager: 'curl' }] });
  });
});

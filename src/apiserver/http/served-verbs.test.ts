import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpsFixture, httpsFixture } from '../https.fixture.js';

let at: HttpsFixture;
beforeEach(async () => {
  at = await httpsFixture({});
});
afterEach(() => at[Symbol.asyncDispose]());

const core = '/api/v1/namespaces/default';

async function answer(method: string, path: string): Promise<readonly unknown[]> {
  const { code, json } = await at.call(method, path);
  return [code, json['reason'], json['message']];
}

describe('what is served at a path', () => {
  test('what is not offered is refused by name', async () => {
    const [code, reason, message] = await answer('GET', `${core}/services/a/proxy`);
    expect([code, reason]).toEqual([501, 'NotImplemented']);
    expect(message).toContain('services/proxy is not offered here');
    expect((await answer('GET', '/api/v1/nodes/node-0/proxy'))[0]).toBe(501);
    expect((await answer('GET', `${core}/pods/a/nothing`))[0]).toBe(404);
  });

  test('verbs that a resource does not have', async () => {
    const unsupported = [405, 'MethodNotAllowed'];
    expect((await answer('GET', '/apis/authentication.k8s.io/v1/tokenreviews')).slice(0, 2)).toEqual(
      unsupported,
    );
    expect((await answer('DELETE', '/api/v1/componentstatuses/scheduler')).slice(0, 2)).toEqual(unsupported);
    expect((await answer('DELETE', '/api/v1/namespaces')).slice(0, 2)).toEqual(unsupported);
  });

  test('deleting a status deletes nothing', async () => {
    const body = { metadata: { name: 'a' }, spec: { ports: [{ port: 80 }] } };
    expect((await at.call('POST', `${core}/services`, { body })).code).toBe(201);
    expect((await answer('DELETE', `${core}/services/a/status`))[0]).toBe(405);
    expect((await at.call('GET', `${core}/services/a`)).code).toBe(200);
  });

  test('kinds of the past are served with a warning', async () => {
    const endpoints = await at.call('GET', `${core}/endpoints`);
    expect(endpoints.headers['warning']).toContain('v1 Endpoints is deprecated in v1.33+');
    const components = await at.call('GET', '/api/v1/componentstatuses');
    expect([components.code, components.headers['warning']]).toEqual([
      200,
      expect.stringContaining('v1 ComponentStatus is deprecated in v1.19+'),
    ]);
    expect((await at.call('GET', `${core}/services`)).headers['warning']).toBeUndefined();
  });
});

import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kinds } from '../../api/kinds.js';
import { type HttpsFixture, httpsFixture } from '../https.fixture.js';

let at: HttpsFixture;
let token: string;
const accounts = '/api/v1/namespaces/default/serviceaccounts';
const pods = '/api/v1/namespaces/default/pods';

beforeAll(async () => {
  at = await httpsFixture();
  const { api } = at;
  await api.create(kinds.ServiceAccount, { metadata: { namespace: 'default', name: 'robot' } });
  await api.create(kinds.Role, {
    metadata: { namespace: 'default', name: 'reader' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
  });
  await api.create(kinds.RoleBinding, {
    metadata: { namespace: 'default', name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'robot' }],
  });
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [] } };
  const { code, json } = await at.call('POST', `${accounts}/robot/token`, { body });
  expect(code).toBe(201);
  expect(json).toMatchObject({ kind: 'TokenRequest', status: { token: expect.any(String) } });
  token = Object(json['status']).token;
});
afterAll(() => at[Symbol.asyncDispose]());

test('the bearer of a token may do what its account may, and no more', async () => {
  expect((await at.call('GET', pods, { token })).code).toBe(200);
  const refused = await at.call('GET', '/api/v1/namespaces/default/secrets', { token });
  expect(refused.code).toBe(403);
  expect(refused.json['message']).toBe(
    'secrets is forbidden: User "system:serviceaccount:default:robot" cannot list resource "secrets" in API group "" in the namespace "default"',
  );
});

test('the issuer tells accounts how to check tokens, and nobody else', async () => {
  const wellKnown = await at.call('GET', '/.well-known/openid-configuration', { token });
  expect(wellKnown.json).toEqual({
    issuer: 'https://kubernetes.default.svc.cluster.local',
    jwks_uri: 'https://kubernetes.default.svc.cluster.local/openid/v1/jwks',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  });
  const jwks = await at.call('GET', '/openid/v1/jwks', { token });
  expect(jwks.headers['content-type']).toBe('application/jwk-set+json');
  const [jwk] = Object(jwks.json).keys;
  expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
  const [header = '', claims = '', signature = ''] = token.split('.');
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
  const genuine = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    key,
    Buffer.from(signature, 'base64url'),
  );
  expect(genuine).toBe(true);
  expect((await at.call('GET', '/openid/v1/jwks', { anonymous: true })).code).toBe(403);
});

test('a token that was taken back is nobody’s at once, also on a connection that is open', async () => {
  const { api } = at;
  await api.create(kinds.ServiceAccount, { metadata: { namespace: 'default', name: 'brief' } });
  const { json } = await at.call('POST', `${accounts}/brief/token`, { body: { spec: { audiences: [] } } });
  const own = Object(json['status']).token;
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const ask = () =>
    at.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: review, token: own });
  expect((await ask()).code).toBe(201);
  await api.delete(kinds.ServiceAccount, { namespace: 'default', name: 'brief' });
  expect(await ask()).toMatchObject({ code: 401, json: { message: 'Unauthorized', reason: 'Unauthorized' } });
});

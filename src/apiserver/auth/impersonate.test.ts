import { afterAll, beforeAll, expect, test } from 'vitest';
import { kinds } from '../../api/kinds.js';
import { adminToken, eveToken, type HttpsFixture, httpsFixture } from '../https.fixture.js';

let at: HttpsFixture;
beforeAll(async () => {
  at = await httpsFixture();
});
afterAll(() => at[Symbol.asyncDispose]());

const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };

async function whoAmI(headers: Record<string, string | string[]>, token = adminToken) {
  const { code, json } = await at.call('POST', path, { body, token, headers });
  return code === 201 ? json['status'] : json['message'];
}

test('an administrator acts as a user, with the groups that are named', async () => {
  expect(await whoAmI({ 'Impersonate-User': 'jane' })).toEqual({
    userInfo: { username: 'jane', groups: ['system:authenticated'] },
  });
  const headers = {
    'Impersonate-User': 'jane',
    'Impersonate-Group': ['developers', 'a, b'],
    'Impersonate-Uid': 'u1',
    'Impersonate-Extra-Scopes': ['view', 'edit'],
    'Impersonate-Extra-acme.com%2Fproject': 'p',
  };
  expect(await whoAmI(headers)).toEqual({
    userInfo: {
      username: 'jane',
      uid: 'u1',
      groups: ['developers', 'a, b', 'system:authenticated'],
      extra: { scopes: ['view', 'edit'], 'acme.com/project': ['p'] },
    },
  });
});

test('an account has its groups by itself; nobody stays nobody', async () => {
  expect(await whoAmI({ 'Impersonate-User': 'system:serviceaccount:default:robot' })).toEqual({
    userInfo: {
      username: 'system:serviceaccount:default:robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    },
  });
  const named = { 'Impersonate-User': 'system:anonymous', 'Impersonate-Group': 'system:unauthenticated' };
  // Nobody may not ask who he is.
  expect(await whoAmI(named)).toBe(
    'selfsubjectreviews.authentication.k8s.io is forbidden: User "system:anonymous" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope',
  );
});

test('what is done is done with the rights of the one who is acted as', async () => {
  const { json } = await at.call('GET', '/api/v1/namespaces/default/pods', {
    token: adminToken,
    headers: { 'Impersonate-User': 'jane' },
  });
  expect(json['message']).toBe(
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
  );
});

const refusals: [string, Record<string, string>, string][] = [
  [
    'a user',
    { 'Impersonate-User': 'jane' },
    'users "jane" is forbidden: User "eve" cannot impersonate resource "users" in API group "" at the cluster scope',
  ],
  [
    'an account',
    { 'Impersonate-User': 'system:serviceaccount:default:robot' },
    'serviceaccounts "robot" is forbidden: User "eve" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "default"',
  ],
  [
    'nobody',
    { 'Impersonate-Group': 'developers' },
    'requested a group, a uid or extra fields of a user without impersonating a user name',
  ],
];
test.each(refusals)('who may not is told so: %s', async (_name, headers, message) => {
  expect(await whoAmI(headers, eveToken)).toBe(message);
});

test('each part needs its own right', async () => {
  await at.api.create(kinds.ClusterRole, {
    metadata: { name: 'actor' },
    rules: [{ apiGroups: [''], resources: ['users'], resourceNames: ['jane'], verbs: ['impersonate'] }],
  });
  await at.api.create(kinds.ClusterRoleBinding, {
    metadata: { name: 'actor' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'actor' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'eve' }],
  });
  const jane = { 'Impersonate-User': 'jane' };
  expect(await whoAmI(jane, eveToken)).toMatchObject({ userInfo: { username: 'jane' } });
  expect(await whoAmI({ 'Impersonate-User': 'bob' }, eveToken)).toContain('cannot impersonate');
  expect(await whoAmI({ ...jane, 'Impersonate-Group': 'system:masters' }, eveToken)).toBe(
    'groups "system:masters" is forbidden: User "eve" cannot impersonate resource "groups" in API group "" at the cluster scope',
  );
  expect(await whoAmI({ ...jane, 'Impersonate-Extra-Scopes': 'all' }, eveToken)).toBe(
    'userextras.authentication.k8s.io "all" is forbidden: User "eve" cannot impersonate resource "userextras/scopes" in API group "authentication.k8s.io" at the cluster scope',
  );
  expect(await whoAmI({ ...jane, 'Impersonate-Uid': 'u' }, eveToken)).toBe(
    'uids.authentication.k8s.io "u" is forbidden: User "eve" cannot impersonate resource "uids" in API group "authentication.k8s.io" at the cluster scope',
  );
});

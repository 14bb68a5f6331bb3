import { expect, it } from 'vitest';
import { apiPath } from './paths.js';

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true };
const roles = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  plural: 'clusterroles',
  namespaced: false,
};

it.each([
  [pods, {}, '/api/v1/pods'],
  [pods, { namespace: 'default' }, '/api/v1/namespaces/default/pods'],
  [pods, { namespace: 'default', name: 'a', subresource: 'log' }, '/api/v1/namespaces/default/pods/a/log'],
  [
    roles,
    { namespace: 'ignored', name: 'system:node' },
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
  ],
])('names %o %o', (kind, target, path) => {
  expect(apiPath(kind, target)).toBe(path);
});

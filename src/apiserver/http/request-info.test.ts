import { expect, test } from 'vitest';
import { negotiate, wantsAggregated } from './negotiate.js';
import { resourcePath, verbOf } from './request-info.js';

test.each([
  ['/api/v1/pods', 'pods', undefined, undefined, undefined],
  ['/api/v1/namespaces', 'namespaces', undefined, undefined, undefined],
  ['/api/v1/namespaces/a', 'namespaces', undefined, 'a', undefined],
  ['/api/v1/namespaces/a/status', 'namespaces', undefined, 'a', 'status'],
  ['/api/v1/namespaces/a/finalize', 'namespaces', undefined, 'a', 'finalize'],
  ['/api/v1/namespaces/a/pods', 'pods', 'a', undefined, undefined],
  ['/api/v1/namespaces/a/pods/p/log', 'pods', 'a', 'p', 'log'],
  ['/apis/apps/v1/namespaces/a/statefulsets/s/scale', 'statefulsets', 'a', 's', 'scale'],
  [
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
    'clusterroles',
    undefined,
    'system:node',
    undefined,
  ],
])('%s', (path, plural, namespace, name, subresource) => {
  expect(resourcePath(path)).toMatchObject({ plural, namespace, name, subresource });
});

test('paths that are not about objects', () => {
  for (const path of [
    '/',
    '/api',
    '/api/v1',
    '/apis/apps',
    '/apis/apps/v1',
    '/version',
    '/openapi/v3/api/v1',
  ]) {
    expect(resourcePath(path)).toBeUndefined();
  }
  expect(() => resourcePath('/api/v1/pods/%E0%A4%A')).toThrow('not percent-encoded');
});

test('the old paths of watches name what is watched', () => {
  expect(resourcePath('/apis/apps/v1/watch/namespaces/a/statefulsets/s')).toEqual({
    group: 'apps',
    version: 'v1',
    namespace: 'a',
    plural: 'statefulsets',
    name: 's',
    subresource: undefined,
    rest: [],
    watched: true,
  });
});

test.each([
  ['%2e%2e', '"..": may not be \'..\''],
  ['.', '".": may not be \'.\''],
  ['..%2F..%2Fsecrets', '"../../secrets": may not contain \'/\''],
  ['a%25b', '"a%b": may not contain \'%\''],
])('no object is called %s', (name, why) => {
  expect(() => resourcePath(`/api/v1/namespaces/a/pods/${name}`)).toThrow(`Name parameter invalid: ${why}`);
  expect(() => resourcePath(`/api/v1/namespaces/${name}/pods`)).toThrow(`Name parameter invalid: ${why}`);
});

test('verbs', () => {
  const verb = (method: string, path: string, query = ''): string => {
    const target = resourcePath(path);
    if (target === undefined) throw new Error(path);
    return verbOf(method, target, new URLSearchParams(query));
  };
  expect(verb('GET', '/api/v1/pods')).toBe('list');
  expect(verb('GET', '/api/v1/pods', 'watch=1')).toBe('watch');
  expect(verb('GET', '/api/v1/namespaces/a/pods/p')).toBe('get');
  expect(verb('GET', '/api/v1/pods', 'watch=yes')).toBe('watch');
  expect(verb('GET', '/api/v1/pods', 'watch=False')).toBe('list');
  expect(verb('GET', '/api/v1/namespaces/a/pods/p', 'watch=true')).toBe('get');
  expect(verb('GET', '/api/v1/watch/pods')).toBe('watch');
  expect(verb('GET', '/apis/apps/v1/watch/namespaces/a/statefulsets/s')).toBe('watch');
  expect(verb('DELETE', '/api/v1/namespaces/a/pods')).toBe('deletecollection');
  expect(verb('PATCH', '/api/v1/namespaces/a/pods/p')).toBe('patch');
});

test('the best form that is both wanted and offered', () => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  expect(negotiate(undefined)).toEqual({ format: 'json', as: 'object' });
  expect(negotiate(`${table},application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json`)).toEqual({
    format: 'json',
    as: 'table',
  });
  expect(negotiate('application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json')).toEqual({
    format: 'json',
    as: 'object',
  });
  expect(negotiate('application/vnd.kubernetes.protobuf,application/json')).toEqual({
    format: 'json',
    as: 'object',
  });
  expect(negotiate('application/yaml')).toEqual({ format: 'yaml', as: 'object' });
  expect(negotiate('application/yaml;q=0.5,application/json')).toEqual({ format: 'json', as: 'object' });
  expect(() => negotiate('text/html')).toThrow('only the following media types are accepted');
  expect(
    wantsAggregated('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'),
  ).toBe('v2');
  const old = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';
  expect(wantsAggregated(`application/vnd.kubernetes.protobuf;${old.slice(17)},${old}`)).toBe('v2beta1');
  expect(wantsAggregated(`application/json,${old}`)).toBeUndefined();
  expect(wantsAggregated(`application/json;q=0.5,${old}`)).toBe('v2beta1');
  expect(wantsAggregated(undefined)).toBeUndefined();
});

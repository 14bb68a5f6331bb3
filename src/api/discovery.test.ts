import { describe, expect, it } from 'vitest';
import { discoveryDocuments } from './discovery.js';
import { kindRows, kinds, rowOf, rowOfObject, rowOfResource } from './kinds.js';

const documents = discoveryDocuments();

describe('discoveryDocuments', () => {
  it('lists core apart from the named groups', () => {
    expect(documents.api.versions).toEqual(['v1']);
    expect(documents.apis.groups.map(({ name }) => name)).toContain('apps');
    expect(documents.apis.groups.map(({ name }) => name)).not.toContain('');
    expect(documents.groups.get('apps')).toMatchObject({
      kind: 'APIGroup',
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    });
  });

  it('lists resources and subresources for older clients', () => {
    const list = documents.resources.get('apps/v1');
    expect(list?.groupVersion).toBe('apps/v1');
    expect(list?.resources).toContainEqual({
      name: 'statefulsets',
      singularName: 'statefulset',
      namespaced: true,
      kind: 'StatefulSet',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['sts'],
      categories: ['all'],
    });
    expect(list?.resources).toContainEqual({
      name: 'statefulsets/scale',
      singularName: '',
      namespaced: true,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    });
  });

  it('gives newer clients everything in two documents', () => {
    const [core] = documents.aggregatedApi.items;
    expect(core?.metadata.name).toBeUndefined();
    expect(core?.versions[0]?.resources.find(({ resource }) => resource === 'pods')).toMatchObject({
      responseKind: { group: '', version: 'v1', kind: 'Pod' },
      scope: 'Namespaced',
      singularResource: 'pod',
      shortNames: ['po'],
      subresources: expect.arrayContaining([
        {
          subresource: 'eviction',
          responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' },
          verbs: ['create'],
        },
      ]),
    });
    const resources = [documents.aggregatedApi, documents.aggregatedApis].flatMap(({ items }) =>
      items.flatMap(({ versions }) => versions.flatMap((version) => version.resources)),
    );
    expect(resources).toHaveLength(kindRows.length);
  });
});

describe('the kind table', () => {
  it('is found by object, by path and by reference', () => {
    expect(rowOfObject('apps/v1', 'StatefulSet')).toBe(kinds.StatefulSet);
    expect(rowOfResource('v1', 'pods')).toBe(kinds.Pod);
    expect(rowOf({ ...kinds.Pod })).toBe(kinds.Pod);
    expect(rowOfResource('apps/v1', 'pods')).toBeUndefined();
  });

  it('stores both faces of Event as one', () => {
    expect(kinds.EventV1.storage).toEqual(kinds.Event.storage);
  });
});

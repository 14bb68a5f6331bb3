import { describe, expect, it } from 'vitest';
import { kindRows } from './kinds.js';
import { apiVersionOf } from './kube-object.js';
import { openApiV3Document, openApiV3Index } from './openapi.js';

const versions = [...new Set(kindRows.map(apiVersionOf))];

/** Every `$ref` anywhere in a document. */
function references(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : references(inner),
  );
}

describe('openApiV3Document', () => {
  it.each(versions)('of %s refers to nothing that it does not hold', async (version) => {
    const document = await openApiV3Document(version);
    const missing = references(document).filter((ref) => {
      const name = ref.replace('#/components/schemas/', '');
      return !hasPath(document, ['components', 'schemas', name]);
    });
    expect([...new Set(missing)]).toEqual([]);
  });

  it('tells kubectl that a write takes fieldValidation and dryRun', async () => {
    const path = '/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}';
    expect(await openApiV3Document('apps/v1')).toMatchObject({
      paths: {
        [path]: {
          patch: {
            'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'StatefulSet' },
            parameters: expect.arrayContaining([
              expect.objectContaining({ name: 'fieldValidation' }),
              expect.objectContaining({ name: 'dryRun' }),
            ]),
          },
        },
      },
    });
  });

  it('describes fields as kubectl explain and apply read them', async () => {
    expect(await openApiV3Document('v1')).toMatchObject({
      components: {
        schemas: {
          'io.k8s.api.core.v1.PodSpec': {
            required: ['containers'],
            properties: {
              containers: {
                description: expect.stringContaining('List of containers'),
                'x-kubernetes-patch-merge-key': 'name',
                'x-kubernetes-list-map-keys': ['name'],
                items: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Container' }] },
              },
            },
          },
        },
      },
    });
  });

  it('is undefined for what is not served', async () => {
    expect(await openApiV3Document('apps/v1beta1')).toBeUndefined();
  });

  it('has an address for each group and version', () => {
    const { paths } = openApiV3Index();
    expect(Object.keys(paths)).toHaveLength(versions.length - 1);
    // Of CustomResourceDefinitions there are none to describe.
    expect(paths['apis/apiextensions.k8s.io/v1']).toBeUndefined();
    expect(paths['apis/apps/v1']?.serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=\w+$/);
    expect(paths['api/v1']?.serverRelativeURL).toMatch(/^\/openapi\/v3\/api\/v1\?hash=\w+$/);
  });
});

function hasPath(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  const entry = Object.entries(value).find(([key]) => key === first);
  return entry !== undefined && hasPath(entry[1], rest);
}

import { describe, expect, it } from 'vitest';
import { configDocument, indexDocument, manifestDocument, recipeReferences } from './oci-layout.js';
import { parseRecipe } from './recipe.js';

const recipe = parseRecipe(
  {
    name: 'x',
    versionOf: 'p',
    suite: 'sid',
    packages: ['p'],
    config: {
      env: { A: '1' },
      entrypoint: ['/e'],
      volumes: ['/v'],
      exposedPorts: ['1/tcp'],
      labels: { l: 'm' },
    },
  },
  'x',
);
const layer = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
  digest: 'sha256:l',
  size: 3,
  diffId: 'sha256:d',
};
const facts = {
  recipe,
  recipeHash: 'h',
  version: '2',
  packages: { p: '2-1', other: '5' },
  architecture: 'amd64',
  layers: [layer],
};

describe('OCI documents', () => {
  it('say what the recipe says, with the exact versions of its packages', () => {
    expect(JSON.parse(JSON.stringify(configDocument(facts)))).toEqual({
      architecture: 'amd64',
      os: 'linux',
      config: {
        Env: ['A=1'],
        Entrypoint: ['/e'],
        Volumes: { '/v': {} },
        ExposedPorts: { '1/tcp': {} },
        WorkingDir: '/',
        Labels: {
          l: 'm',
          'org.opencontainers.image.version': '2',
          'dev.holdfast.recipe': 'x',
          'dev.holdfast.recipe-hash': 'h',
          'dev.holdfast.package.p': '2-1',
        },
      },
      rootfs: { type: 'layers', diff_ids: ['sha256:d'] },
      history: [{ created_by: 'holdfast recipe x' }],
    });
  });

  it('point at the configuration and the layers', () => {
    expect(manifestDocument({ digest: 'sha256:c', size: 1 }, [layer])).toMatchObject({
      schemaVersion: 2,
      config: { digest: 'sha256:c', size: 1 },
      layers: [{ mediaType: layer.mediaType, digest: 'sha256:l', size: 3 }],
    });
  });

  it('give one manifest both names, in the words of containerd and of OCI', () => {
    const index = indexDocument({ digest: 'sha256:m', size: 9 }, recipeReferences('x', '2'), 'amd64');
    expect(index).toMatchObject({
      manifests: [
        {
          digest: 'sha256:m',
          annotations: {
            'io.containerd.image.name': 'holdfast.local/x:2',
            'org.opencontainers.image.ref.name': '2',
          },
        },
        {
          digest: 'sha256:m',
          annotations: {
            'io.containerd.image.name': 'holdfast.local/x:latest',
            'org.opencontainers.image.ref.name': 'latest',
          },
        },
      ],
    });
  });
});

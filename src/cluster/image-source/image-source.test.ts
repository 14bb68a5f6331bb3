import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EnsuredImage, ImageError, type ImageProgress } from '../../node/images/image-source.js';
import { createImageSource } from './index.js';
import { standInRecord } from './stand-ins.js';

const UNREACHABLE =
  'failed to resolve reference "docker.io/library/mysql:8": failed to do request: Head "https://registry-1.docker.io/v2/library/mysql/manifests/8": Bad Gateway';
const REFUSED =
  'pulling from host registry-1.docker.io failed with status code [manifests 8]: 401 Unauthorized';

describe('images of the node', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A node whose containerd has `present`, whose pulls end as `pull` says, and whose recipes make `version`. */
  function node(pull: string | EnsuredImage, version = '9.7.4') {
    const present = new Map<string, string>();
    const loads: string[] = [];
    const told: ImageProgress[] = [];
    const source = createImageSource({
      pulled: {
        ensure: async () => {
          if (typeof pull === 'string') throw new ImageError('ErrImagePull', pull);
          return pull;
        },
      },
      runtime: {
        image: async (reference) => {
          const id = present.get(reference);
          return id === undefined
            ? undefined
            : { id, repoTags: [reference], repoDigests: [], size: 1, volumes: [] };
        },
      },
      record: standInRecord(join(directory, 'stand-ins.json')),
      registries: directory,
      load: async (recipe, { onProgress }) => {
        loads.push(recipe);
        // A build takes its time: whoever asks meanwhile waits for the same one.
        await setImmediate();
        onProgress(`${recipe}: downloading packages with apt...`);
        const references = [`holdfast.local/${recipe}:${version}`, `holdfast.local/${recipe}:latest`];
        for (const reference of references) present.set(reference, `sha256:${version}`);
        return references;
      },
    });
    const ensure = (reference: string, policy: 'Always' | 'IfNotPresent' | 'Never' = 'IfNotPresent') =>
      source.ensure(reference, policy, {
        signal: new AbortController().signal,
        onProgress: (progress) => told.push(progress),
      });
    return { ensure, loads, told, present };
  }

  it('come from the registry when it answers', async () => {
    const pulled = { runReference: 'docker.io/library/mysql:8', imageId: 'sha256:real' };
    const { ensure, loads } = node(pulled);
    expect(await ensure('mysql:8')).toEqual(pulled);
    expect(loads).toEqual([]);
  });

  it('are replaced by a declared stand-in when no registry can be reached, and it is said', async () => {
    const { ensure, told } = node(UNREACHABLE);
    expect(await ensure('mysql:8')).toEqual({
      runReference: 'holdfast.local/mysql:9.7.4',
      imageId: 'sha256:9.7.4',
      standIn: 'holdfast.local/mysql:9.7.4',
    });
    expect(told.at(-1)).toMatchObject({ type: 'standIn' });
  });

  it('say how their build goes to everyone who waits for it', async () => {
    const { ensure, loads, told } = node('never asked');
    await Promise.all(Array.from({ length: 3 }, () => ensure('holdfast.local/mysql')));
    expect(loads).toEqual(['mysql']);
    const line = 'mysql: downloading packages with apt...';
    expect(told.filter(({ type }) => type === 'building')).toEqual(Array(3).fill({ type: 'building', line }));
  });

  it('are not replaced when the registry says no, or where nothing is declared', async () => {
    await expect(node(REFUSED).ensure('mysql:8')).rejects.toThrow('401 Unauthorized');
    await expect(node(UNREACHABLE).ensure('cassandra:5')).rejects.toThrow('Bad Gateway');
  });

  it('stay with the stand-in that was chosen, also when the registry answers later', async () => {
    await node(UNREACHABLE).ensure('mysql:8');
    const later = node({ runReference: 'docker.io/library/mysql:8', imageId: 'sha256:real' });
    expect((await later.ensure('mysql:8', 'Always')).runReference).toBe('holdfast.local/mysql:9.7.4');
  });

  it('never switch to another version of the stand-in in silence', async () => {
    await node(UNREACHABLE).ensure('mysql:8');
    await expect(node(UNREACHABLE, '9.8.0').ensure('mysql:8')).rejects.toThrow(
      /mysql:9\.7\.4 stands in .* cannot be made any more/,
    );
  });

  it('are made from their recipe where the name says so, once for all who ask', async () => {
    const { ensure, loads } = node('never asked');
    const both = await Promise.all([
      ensure('holdfast.local/toolbox', 'Always'),
      ensure('holdfast.local/toolbox:latest'),
    ]);
    expect(both.map(({ runReference }) => runReference)).toEqual(
      Array(2).fill('holdfast.local/toolbox:latest'),
    );
    expect(loads).toEqual(['toolbox']);
  });

  it('tell containerd how to reach a registry on the host', async () => {
    await node(UNREACHABLE)
      .ensure('127.0.0.5:5000/app:1')
      .catch(() => undefined);
    expect(existsSync(join(directory, '127.0.0.5:5000', 'hosts.toml'))).toBe(true);
  });
});

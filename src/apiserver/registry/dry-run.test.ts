import { beforeEach, describe, expect, test } from 'vitest';
import type { Service } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { type TestServer, testServer } from '../server.fixture.js';

let at: TestServer;
beforeEach(async () => {
  at = await testServer({ serviceRange: '10.96.0.0/29' });
});

const dryRun = { dryRun: true };
const service = (name: string, spec: Service['spec'] = {}): Service => ({
  metadata: { name, namespace: 'default' },
  spec: { ports: [{ port: 80 }], ...spec },
});

describe('a dry run takes nothing', () => {
  test('no address, however often it is asked for', async () => {
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 20; i++) {
      const shown = await at.api.create(kinds.Service, service('a'), dryRun);
      seen.add(shown.spec?.clusterIP);
    }
    // The range has six addresses; each that was shown is still to be had.
    for (const clusterIP of seen)
      await at.api.create(kinds.Service, service(`s${clusterIP?.at(-1)}`, { clusterIP }));
    expect((await at.api.list(kinds.Service, 'default')).items).toHaveLength(seen.size);
  });

  test('no address by an update, and none is given back by a delete', async () => {
    const external = await at.api.create(
      kinds.Service,
      service('e', { type: 'ExternalName', externalName: 'x.example.com' }),
    );
    const shown = await at.api.update(
      kinds.Service,
      { ...external, spec: { type: 'ClusterIP', ports: [{ port: 80 }] } },
      dryRun,
    );
    const clusterIP = shown.spec?.clusterIP;
    expect(clusterIP).toMatch(/^10\.96\.0\./);
    const kept = await at.api.create(kinds.Service, service('kept', { clusterIP }));
    await at.api.delete(kinds.Service, { namespace: 'default', name: 'kept' }, dryRun);
    await expect(at.api.create(kinds.Service, service('other', { clusterIP }))).rejects.toThrow(
      'already allocated',
    );
    expect(await at.api.get(kinds.Service, { namespace: 'default', name: 'kept' })).toBe(kept);
  });

  test('no name, and nobody hears of it', async () => {
    const heard: string[] = [];
    at.api.watch(kinds.ConfigMap, 'default', {}, ({ type }) => heard.push(type));
    const named = { metadata: { name: 'a', namespace: 'default' } };
    await at.api.create(kinds.ConfigMap, named, dryRun);
    await at.api.create(kinds.ConfigMap, { metadata: { generateName: 'a-', namespace: 'default' } }, dryRun);
    expect(heard).toEqual([]);
    await at.api.create(kinds.ConfigMap, named);
    await expect(at.api.create(kinds.ConfigMap, named, dryRun)).rejects.toThrow('already exists');
    await at.api.deleteCollection(kinds.ConfigMap, 'default', {}, dryRun);
    expect(heard).toEqual(['ADDED']);
  });
});

test('an object does not grow beyond measure, patch by patch', async () => {
  await at.api.create(kinds.ConfigMap, { metadata: { name: 'a', namespace: 'default' } });
  const grow = (i: number) =>
    at.api.patch(
      kinds.Node,
      { name: 'n' },
      {
        type: 'application/merge-patch+json',
        subresource: 'status',
        body: { status: { images: [{ names: Array.from({ length: i }, () => 'x'.repeat(1000)) }] } },
      },
    );
  await at.api.create(kinds.Node, { metadata: { name: 'n' } });
  await grow(3000);
  await expect(grow(4500)).rejects.toMatchObject({ code: 413, reason: 'RequestEntityTooLarge' });
  await grow(10);
});

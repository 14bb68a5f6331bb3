import { describe, expect, it } from 'vitest';
import type { EphemeralContainer, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { ResourceApi } from '../../api/resource-api.js';
import { testServer } from '../server.fixture.js';

const key = { namespace: 'default', name: 'p' };
const debug: EphemeralContainer = { name: 'debug', image: 'busybox' };

async function withPod(): Promise<ResourceApi> {
  const { api } = await testServer();
  await api.create(kinds.Pod, { metadata: key, spec: { containers: [{ name: 'main', image: 'main' }] } });
  return api;
}

function add(api: ResourceApi, ...ephemeralContainers: readonly object[]): Promise<Pod> {
  const body = { spec: { ephemeralContainers } };
  const type = 'application/strategic-merge-patch+json';
  return api.patch(kinds.Pod, key, { type, body, subresource: 'ephemeralcontainers' });
}

describe('ephemeral containers', () => {
  it('are added one by one, by patch and by update, and read back', async () => {
    const api = await withPod();
    await add(api, debug);
    const pod = await add(api, { ...debug, name: 'second', targetContainerName: 'main' });
    expect(pod.metadata?.generation).toBe(3);
    const third = { ...debug, name: 'third' };
    const wanted = {
      ...pod,
      spec: { containers: [], ephemeralContainers: [...(pod.spec?.ephemeralContainers ?? []), third] },
    };
    await api.updateSub(kinds.Pod, wanted, 'ephemeralcontainers');
    const { spec } = await api.get(kinds.Pod, key, 'ephemeralcontainers');
    expect(
      spec?.ephemeralContainers?.map(({ name, imagePullPolicy }) => [name, imagePullPolicy]).sort(),
    ).toEqual([
      ['debug', 'Always'],
      ['second', 'Always'],
      ['third', 'Always'],
    ]);
    expect(spec?.containers).toMatchObject([{ name: 'main', image: 'main' }]);
  });

  it('change nothing else of the Pod', async () => {
    const api = await withPod();
    const type = 'application/merge-patch+json';
    const body = { metadata: { labels: { a: 'b' } }, spec: { ephemeralContainers: [debug], priority: 7 } };
    const pod = await api.patch(kinds.Pod, key, { type, body, subresource: 'ephemeralcontainers' });
    expect(pod.metadata?.labels).toBeUndefined();
    expect(pod.spec).toMatchObject({ ephemeralContainers: [{ name: 'debug' }] });
    expect(pod.spec?.priority).not.toBe(7);
  });

  it.each<[string, object, string]>([
    [
      'ports',
      { ports: [{ containerPort: 1 }] },
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
    ],
    [
      'probes',
      { livenessProbe: { exec: { command: ['a'] } } },
      'spec.ephemeralContainers[0].livenessProbe: Forbidden: cannot be set for an Ephemeral Container',
    ],
    [
      'resources',
      { resources: { limits: { cpu: '1' } } },
      'spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container',
    ],
    [
      'an unknown target',
      { targetContainerName: 'no' },
      'spec.ephemeralContainers[0].targetContainerName: Not found: "no"',
    ],
    ['a name that is taken', { name: 'main' }, 'spec.ephemeralContainers[0].name: Duplicate value: "main"'],
    ['no image', { image: '' }, 'spec.ephemeralContainers[0].image: Required value'],
  ])('are refused with %s', async (_name, change, wanted) => {
    const api = await withPod();
    await expect(add(api, { ...debug, ...change })).rejects.toThrow(wanted);
  });

  it('stay as they are', async () => {
    const api = await withPod();
    await add(api, debug);
    await expect(add(api, { ...debug, image: 'other' })).rejects.toThrow(
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be changed',
    );
    const pod = await api.get(kinds.Pod, key);
    const none = { ...pod, spec: { containers: [], ephemeralContainers: [] } };
    await expect(api.updateSub(kinds.Pod, none, 'ephemeralcontainers')).rejects.toThrow(
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed',
    );
  });

  it('are not added by an update of the Pod itself', async () => {
    const api = await withPod();
    const pod = await api.get(kinds.Pod, key);
    const changed = { ...pod, spec: { containers: [], ...pod.spec, ephemeralContainers: [debug] } };
    await expect(api.update(kinds.Pod, changed)).rejects.toThrow(
      'pod updates may not change fields other than',
    );
  });
});

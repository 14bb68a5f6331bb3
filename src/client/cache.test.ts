import { describe, expect, it } from 'vitest';
import type { ConfigMap } from '../api/generated/core-v1.js';
import type { KindRef } from '../api/kube-object.js';
import { unavailable } from '../api/status-error.js';
import { messageOf } from '../lib/errors.js';
import { silentLogger } from '../lib/log.js';
import { settleImmediates, VirtualClock } from '../lib/virtual-clock.js';
import { openMemoryStore } from '../store/memory.js';
import type { CacheChange, Client } from './client.js';
import { CoreClient } from './core.js';
import { createLocalClient } from './local.js';
import { MemoryApi } from './memory-api.fixture.js';

const ConfigMaps: KindRef<ConfigMap> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

interface World {
  readonly api: MemoryApi;
  readonly client: Client;
  readonly clock: VirtualClock;
}

function setUp(): World {
  const clock = new VirtualClock();
  const api = new MemoryApi(openMemoryStore());
  const client = createLocalClient(
    { as: () => api },
    { name: 'test', groups: [] },
    { clock, log: silentLogger },
  );
  return { api, client, clock };
}

function configMap(name: string, value = '', namespace = 'default'): ConfigMap {
  return { metadata: { name, namespace }, data: { value } };
}

function told({ before, after }: CacheChange<ConfigMap>): string {
  const name = (after ?? before)?.metadata?.name;
  return `${name}: ${before?.data?.['value'] ?? '-'} -> ${after?.data?.['value'] ?? '-'}`;
}

describe('a cache', () => {
  it('lists once and then follows, in step with the store', async () => {
    const { client, api } = setUp();
    await client.create(ConfigMaps, configMap('a', '1'));
    const cache = client.cache(ConfigMaps);
    await cache.synced;
    expect(cache.isSynced).toBe(true);
    const created = await client.create(ConfigMaps, configMap('b', '2'));
    // The writer sees its own write at once: no wait stands between.
    expect(cache.get({ namespace: 'default', name: 'b' })).toEqual(created);
    expect(cache.revision).toBe(2);
    await client.delete(ConfigMaps, { namespace: 'default', name: 'a' });
    expect(cache.list().map((object) => object.metadata?.name)).toEqual(['b']);
    expect(api.lists).toBe(1);
    expect(Object.isFrozen(cache.list()[0]?.metadata)).toBe(true);
  });

  it('tells listeners what is there first, then each change with both sides', async () => {
    const { client } = setUp();
    await client.create(ConfigMaps, configMap('a', '1'));
    const cache = client.cache(ConfigMaps);
    await cache.synced;
    const seen: string[] = [];
    const stop = cache.onChange((change) => seen.push(told(change)));
    const current = await client.create(ConfigMaps, configMap('b', '2'));
    await client.update(ConfigMaps, { ...current, data: { value: '3' } });
    await client.delete(ConfigMaps, { namespace: 'default', name: 'b' });
    stop();
    await client.create(ConfigMaps, configMap('c'));
    expect(seen).toEqual(['a: - -> 1', 'b: - -> 2', 'b: 2 -> 3', 'b: 3 -> -']);
  });

  it('gives the objects of one namespace, the same list until something in it changes', async () => {
    const { client } = setUp();
    const cache = client.cache(ConfigMaps);
    await cache.synced;
    await client.create(ConfigMaps, configMap('a', '', 'one'));
    await client.create(ConfigMaps, configMap('a', '', 'two'));
    const one = cache.list('one');
    expect(one).toHaveLength(1);
    await client.create(ConfigMaps, configMap('b', '', 'two'));
    expect(cache.list('one')).toBe(one);
    expect(cache.list('two')).toHaveLength(2);
    expect(cache.list('none')).toEqual([]);
  });

  it('is shared by all who ask for the same', () => {
    const { client } = setUp();
    expect(client.cache(ConfigMaps)).toBe(client.cache(ConfigMaps, {}));
    expect(client.cache(ConfigMaps, { namespace: 'x' })).not.toBe(client.cache(ConfigMaps));
  });

  it('takes a watch that ended up again where it stopped, without a new list', async () => {
    const { client, api } = setUp();
    const cache = client.cache(ConfigMaps);
    await cache.synced;
    api.cutWatches();
    await client.create(ConfigMaps, configMap('a'));
    await settleImmediates();
    expect(cache.list()).toHaveLength(1);
    expect(api.lists).toBe(1);
  });

  it('lists anew when its revision is compacted, and tells the differences', async () => {
    const { client, api, clock } = setUp();
    for (const name of ['gone', 'changed', 'same']) await client.create(ConfigMaps, configMap(name, 'old'));
    const cache = client.cache(ConfigMaps);
    await cache.synced;
    const seen: string[] = [];
    cache.onChange((change) => seen.push(told(change)));
    seen.length = 0;
    api.failures.push(unavailable('gone for a moment'));
    api.cutWatches();
    await settleImmediates();
    const current = await api.get(ConfigMaps, { namespace: 'default', name: 'changed' });
    await api.update(ConfigMaps, { ...current, data: { value: 'new' } });
    await api.delete(ConfigMaps, { namespace: 'default', name: 'gone' });
    await api.create(ConfigMaps, configMap('added', 'new'));
    await api.store.compact(api.store.revision);
    expect([seen, api.lists]).toEqual([[], 1]);
    await clock.advance(1000);
    expect(api.lists).toBe(2);
    expect(seen.toSorted()).toEqual(['added: - -> new', 'changed: old -> new', 'gone: old -> -']);
  });

  it('tries again with growing waits while the API cannot be reached', async () => {
    const { client, api, clock } = setUp();
    for (let failure = 0; failure < 3; failure += 1) api.failures.push(unavailable('down'));
    const cache = client.cache(ConfigMaps);
    await clock.advance(0);
    expect([api.lists, cache.isSynced]).toEqual([1, false]);
    await clock.advance(100);
    expect(api.lists).toBe(2);
    await clock.advance(199);
    expect(api.lists).toBe(2);
    await clock.advance(401);
    expect([api.lists, cache.isSynced]).toEqual([4, true]);
  });

  it('goes on when a listener fails', async () => {
    const { client } = setUp();
    const cache = client.cache(ConfigMaps);
    await cache.synced;
    const seen: string[] = [];
    cache.onChange(() => {
      throw new Error('listener');
    });
    cache.onChange((change) => seen.push(told(change)));
    await client.create(ConfigMaps, configMap('a', '1'));
    expect(seen).toEqual(['a: - -> 1']);
  });

  it('tries a refused first list again, unless the refusal is to be final', async () => {
    const { api, clock } = setUp();
    const isFinal = (error: unknown): boolean => messageOf(error) === 'forbidden';
    await using client = new CoreClient({ api, clock, log: silentLogger, isFinal });
    api.failures.push(unavailable('down'), unavailable('forbidden'));
    const cache = client.cache(ConfigMaps);
    const refusal = expect(cache.synced).rejects.toThrow('forbidden');
    await clock.advance(60_000);
    await refusal;
    expect([api.lists, cache.isSynced]).toEqual([2, false]);
  });

  it('stops with its client, and says so to those who wait for its first list', async () => {
    const { client, api, clock } = setUp();
    api.failures.push(unavailable('down'));
    const { synced } = client.cache(ConfigMaps);
    await client[Symbol.asyncDispose]();
    await expect(synced).rejects.toThrow('the client was closed before its configmaps were listed');
    await clock.advance(60_000);
    expect(api.lists).toBe(1);
  });
});

describe('modify', () => {
  const key = { namespace: 'default', name: 'a' };

  it('tries again when somebody else wrote in between', async () => {
    const { client, api } = setUp();
    await client.create(ConfigMaps, configMap('a', '1'));
    let tries = 0;
    const written = await client.modify(ConfigMaps, key, (current) => {
      tries += 1;
      if (tries === 1) void api.update(ConfigMaps, { ...current, data: { value: 'theirs' } });
      return { ...current, data: { ...current.data, mine: 'yes' } };
    });
    expect(tries).toBe(2);
    expect(written.data).toEqual({ value: 'theirs', mine: 'yes' });
  });

  it('leaves the object as it is when there is nothing to change', async () => {
    const { client, api } = setUp();
    await client.create(ConfigMaps, configMap('a', '1'));
    await client.modify(ConfigMaps, key, () => undefined);
    expect(api.store.revision).toBe(1);
  });

  it('is refused for another object of that name', async () => {
    const { client } = setUp();
    await client.create(ConfigMaps, configMap('a', '1'));
    await expect(
      client.modify(ConfigMaps, { ...key, uid: 'other' }, (current) => current),
    ).rejects.toMatchObject({
      reason: 'NotFound',
    });
  });

  it('gives up after five conflicts', async () => {
    const { client, api } = setUp();
    await client.create(ConfigMaps, configMap('a', '1'));
    let tries = 0;
    const hopeless = client.modify(ConfigMaps, key, (current) => {
      tries += 1;
      void api.update(ConfigMaps, { ...current, data: { value: `${tries}` } });
      return { ...current, data: {} };
    });
    await expect(hopeless).rejects.toMatchObject({ reason: 'Conflict' });
    expect(tries).toBe(5);
  });
});

describe('patchStatus', () => {
  it('patches exactly this object, and takes a gone one for no error', async () => {
    const { client } = setUp();
    const object = await client.create(ConfigMaps, configMap('a', '1'));
    expect(await client.patchStatus(ConfigMaps, object, { ready: true })).toMatchObject({
      status: { ready: true },
    });
    await client.delete(ConfigMaps, { namespace: 'default', name: 'a' });
    expect(await client.patchStatus(ConfigMaps, object, {})).toBeUndefined();
    await client.create(ConfigMaps, configMap('a', 'another'));
    expect(await client.patchStatus(ConfigMaps, object, {})).toBeUndefined();
  });
});

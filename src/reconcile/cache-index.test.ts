import { describe, expect, it } from 'vitest';
import type { Pod } from '../api/generated/core-v1.js';
import type { CacheChange } from '../client/client.js';
import { indexOf } from './cache-index.js';

const pod = (name: string, app: string): Pod => ({
  metadata: { namespace: 'default', name, labels: { app } },
  spec: { containers: [] },
});

/** A cache of which nothing but its notifications is looked at. */
function cacheOf(first: readonly Pod[]) {
  let tell: (change: CacheChange<Pod>) => void = () => {};
  return {
    synced: Promise.resolve(),
    isSynced: true,
    revision: 1,
    get: () => undefined,
    list: () => first,
    onChange(listener: (change: CacheChange<Pod>) => void) {
      tell = listener;
      for (const after of first) listener({ before: undefined, after });
      return () => {};
    },
    change: (before: Pod | undefined, after: Pod | undefined) => tell({ before, after }),
  };
}

describe('an index of a cache', () => {
  it('follows what comes, moves, changes and goes', () => {
    const [a, b] = [pod('a', 'web'), pod('b', 'web')];
    const cache = cacheOf([a]);
    const index = indexOf(cache, ({ metadata }) => [metadata?.labels?.['app'] ?? '', 'all']);
    const names = (key: string): readonly (string | undefined)[] =>
      index.get(key).map(({ metadata }) => metadata?.name);
    cache.change(undefined, b);
    expect([names('web'), names('all'), names('db')]).toEqual([['a', 'b'], ['a', 'b'], []]);
    const moved = pod('b', 'db');
    cache.change(b, moved);
    expect([names('web'), names('all'), names('db')]).toEqual([['a'], ['a', 'b'], ['b']]);
    expect(index.get('all')[1]).toBe(moved);
    cache.change(a, undefined);
    cache.change(moved, undefined);
    expect([names('web'), names('all'), names('db')]).toEqual([[], [], []]);
  });
});

import { describe, expect, it } from 'vitest';
import { clusterPaths } from './paths.js';
import { UserError } from './user-error.js';

describe('clusterPaths', () => {
  it('gives the default cluster its documented places', () => {
    const paths = clusterPaths();
    expect(paths.state).toBe('/var/lib/holdfast/default');
    expect(paths.run).toMatch(/^\/run\/holdfast\/[0-9a-f]{8}$/);
    expect(paths.cache).toBe('/var/cache/holdfast');
    expect(paths.netns).toEqual({ name: 'holdfast-default', path: '/run/netns/holdfast-default' });
    expect(paths.cgroup).toBe('/holdfast-default');
  });

  it('keeps the run directories of equal names under different homes apart', () => {
    expect(clusterPaths({ name: 'a', home: '/x' }).run).not.toBe(clusterPaths({ name: 'a', home: '/y' }).run);
    expect(clusterPaths({ name: 'a', home: '/x' })).toEqual(clusterPaths({ name: 'a', home: '/x/' }));
  });

  it('keeps unix sockets within the 108 bytes that the kernel allows', () => {
    const paths = clusterPaths({ name: 'n'.repeat(40), home: `/${'h'.repeat(200)}` });
    for (const file of Object.values(paths.runFiles)) expect(file.length).toBeLessThan(80);
  });

  it.each(['', 'A', '-a', 'a-', 'a/b', '..', 'a b', 'n'.repeat(41)])('refuses the name %j', (name) => {
    expect(() => clusterPaths({ name })).toThrow(UserError);
  });
});

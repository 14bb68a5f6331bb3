import { describe, expect, it } from 'vitest';
import { parseHierarchies, trackingHierarchy } from './cgroups.js';

const HYBRID = `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
cgroup /sys/fs/cgroup/pids cgroup rw,relatime,pids 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
`;

describe('cgroup hierarchies', () => {
  it('are found in a hybrid host, where processes are tracked by version 1', () => {
    const all = parseHierarchies(HYBRID);
    expect(all.map(({ mountPoint, version }) => [mountPoint, version])).toEqual([
      ['/sys/fs/cgroup/memory', 1],
      ['/sys/fs/cgroup/pids', 1],
      ['/sys/fs/cgroup/unified', 2],
    ]);
    expect(trackingHierarchy(all)?.mountPoint).toBe('/sys/fs/cgroup/pids');
  });

  it('are one with version 2', () => {
    const all = parseHierarchies('cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n');
    expect(trackingHierarchy(all)?.mountPoint).toBe('/sys/fs/cgroup');
  });
});

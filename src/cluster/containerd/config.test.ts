import { describe, expect, it } from 'vitest';
import { cniConfig } from './cni.js';
import { containerdConfig } from './config.js';
import { hasCapability } from './prepare.js';

const settings = {
  root: '/state/containerd',
  state: '/run/x/containerd',
  socket: '/run/x/containerd.sock',
  runcRoot: '/run/x/runc',
  runc: '/usr/sbin/runc',
  cniBinaries: '/usr/lib/cni',
  cniConf: '/run/x/cni',
  registries: '/state/registries',
  sandboxImage: 'holdfast.local/pause:1',
  restrictOomScore: true,
};

describe('containerdConfig', () => {
  const config = containerdConfig(settings);

  it('keeps every place inside the cluster', () => {
    const paths = config.match(/"\/[^"]*"/g) ?? [];
    const outside = paths.filter((path) => !/^"\/(state|run\/x)\//.test(path));
    expect(outside).toEqual(['"/usr/lib/cni"', '"/usr/sbin/runc"']);
  });

  it('is version 2 with the settings that a node needs', () => {
    expect(config).toContain('version = 2\n');
    expect(config).toContain('sandbox_image = "holdfast.local/pause:1"');
    expect(config).toContain('restrict_oom_score_adj = true');
    expect(config).toContain('netns_mounts_under_state_dir = true');
    expect(config).toContain('SystemdCgroup = false');
  });
});

describe('cniConfig', () => {
  it('routes every Pod on a pair of its own', () => {
    const network = {
      name: 'holdfast-a',
      range: '10.244.0.0/16',
      gateway: '10.244.0.1',
      dataDirectory: '/run/x/ipam',
    };
    const config = JSON.parse(cniConfig(network));
    expect(config.name).toBe('holdfast-a');
    expect(config.plugins[0]).toMatchObject({ type: 'ptp', ipMasq: false, ipam: { dataDir: '/run/x/ipam' } });
  });
});

describe('hasCapability', () => {
  it('reads the mask of /proc/PID/status', () => {
    expect(hasCapability('Name:\tx\nCapEff:\t000001fffeffffff\n', 24n)).toBe(false);
    expect(hasCapability('CapEff:\t000001ffffffffff\n', 24n)).toBe(true);
    expect(hasCapability('', 24n)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { mountsBelow, ourResults, shimSocket } from './observe.js';
import { type Leftovers, type Member, planTeardown } from './plan.js';

const nothing: Leftovers = { processes: [], mounts: [], namespace: false, cgroups: [], files: [] };
const member = (pid: number, role: Member['role']): Member => ({ pid, startTime: `${pid}`, role });

describe('planTeardown', () => {
  it('is done when nothing is left', () => {
    expect(planTeardown({ leftovers: nothing, graceMs: 1 }, 0)).toEqual({ actions: [] });
  });

  it('ends managers before anything else, lest they start it again', () => {
    const leftovers = {
      ...nothing,
      processes: [member(1, 'manager'), member(2, 'init'), member(3, 'other')],
      mounts: ['/m'],
    };
    const { actions } = planTeardown({ leftovers, graceMs: 1 }, 0);
    expect(actions).toEqual([{ type: 'signal', process: { pid: 1, startTime: '1' }, signal: 'SIGKILL' }]);
  });

  it('asks containers, waits for their grace, then kills what is left', () => {
    const leftovers = { ...nothing, processes: [member(2, 'init'), member(3, 'other')] };
    const asked = planTeardown({ leftovers, graceMs: 1000 }, 0);
    expect(asked.asks).toBe(true);
    expect(asked.actions).toEqual([
      { type: 'signal', process: { pid: 2, startTime: '2' }, signal: 'SIGTERM' },
    ]);
    const waiting = planTeardown({ leftovers, graceMs: 1000, askedAtMs: 100 }, 1099);
    expect(waiting).toEqual({ actions: [], waitingFor: '1 container to end' });
    const killing = planTeardown({ leftovers, graceMs: 1000, askedAtMs: 100 }, 1100);
    expect(killing.actions.map((action) => action.type === 'signal' && action.signal)).toEqual([
      'SIGKILL',
      'SIGKILL',
    ]);
  });

  it('removes the rest in the order in which it lets go', () => {
    const leftovers = {
      ...nothing,
      mounts: ['/a/b', '/a'],
      namespace: true,
      cgroups: ['/c/d', '/c'],
      files: ['/f'],
    };
    expect(planTeardown({ leftovers, graceMs: 1 }, 0).actions.map(({ type }) => type)).toEqual([
      'unmount',
      'unmount',
      'remove-namespace',
      'remove-cgroup',
      'remove-cgroup',
      'remove',
    ]);
  });
});

describe('what is looked for', () => {
  it('finds mounts below a directory, deepest first, and not those of a namesake', () => {
    const line = (point: string): string => `1 2 0:3 / ${point} rw - tmpfs tmpfs rw`;
    const text = ['/run/a', '/run/ab', '/run/a/x', '/run/a/with\\040blank'].map(line).join('\n');
    expect(mountsBelow(text, ['/run/a'])).toEqual(['/run/a/with blank', '/run/a/x', '/run/a']);
  });

  it('tells our cached network results from those of others', () => {
    const all = [
      'holdfast-a-1f-eth0',
      'cni-loopback-1f-lo',
      'cni-loopback-2e-lo',
      'cni-loopback-3d-lo',
      'holdfast-ab-9-eth0',
    ];
    expect(ourResults(all, 'holdfast-a', ['2e'])).toEqual(all.slice(0, 3));
  });

  it('names the socket of a shim as containerd does', () => {
    expect(shimSocket('/run/x/containerd.sock', 'abc')).toMatch(/^\/run\/containerd\/s\/[0-9a-f]{64}$/);
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CoordinationV1Api } from '../tools/client-node.js';
import { until } from '../tools/eventually.js';
import { type FollowedProcess, followProcess } from '../tools/process.js';
import { kubeConfigOf, RestartableServer } from './restartable-server.js';

const script = fileURLToPath(new URL('leader-main.ts', import.meta.url));
const LEASE_MS = 2000;

let server: RestartableServer;
beforeAll(async () => {
  server = new RestartableServer();
  await server.start();
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** A time in which one process took itself for the leader. */
interface Reign {
  readonly who: string;
  readonly from: number;
  readonly to: number;
}

interface Line {
  readonly at: number;
  readonly what: string;
}

function candidate(name: string, leadMs: number): FollowedProcess {
  const config = kubeConfigOf(server.address, server.address.origin).exportConfig();
  return followProcess([process.execPath, '--import', 'tsx', script, name, config, String(leadMs)]);
}

function linesOf({ stdout }: FollowedProcess): readonly Line[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [at = '', what = ''] = line.split(' ');
      return { at: Number(at), what };
    });
}

/** The reigns of a process; one that did not end itself ended with the process. */
function reignsOf(who: string, process: FollowedProcess, endedAt: number): readonly Reign[] {
  const reigns: Reign[] = [];
  let from: number | undefined;
  for (const { at, what } of linesOf(process)) {
    if (what === 'led') from = at;
    if (what !== 'left' || from === undefined) continue;
    reigns.push({ who, from, to: at });
    from = undefined;
  }
  return from === undefined ? reigns : [...reigns, { who, from, to: endedAt }];
}

/** Reigns that began before the one before them was over. */
function overlaps(reigns: readonly Reign[]): readonly string[] {
  const sorted = reigns.toSorted((a, b) => a.from - b.from);
  return sorted.flatMap((reign, index) => {
    const before = sorted[index - 1];
    return before !== undefined && reign.from < before.to
      ? [`${reign.who} began ${before.to - reign.from} ms before ${before.who} was over`]
      : [];
  });
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

describe('leader election on a Lease by two processes', () => {
  it('there is one leader at a time, through many handovers and conflicting writes', async () => {
    await using a = candidate('a', 100);
    await using b = candidate('b', 100);
    const both = [a, b];
    const count = (what: string) => both.flatMap(linesOf).filter((line) => line.what === what).length;
    await until(
      'each led many times',
      () => count('left'),
      (times) => times >= 30,
      { timeoutMs: 60_000 },
    );
    for (const process of both) process.kill('SIGKILL');
    await Promise.all(both.map((process) => process.ended));
    const reigns = [...reignsOf('a', a, now()), ...reignsOf('b', b, now())];
    expect(overlaps(reigns)).toEqual([]);
    expect(new Set(reigns.map(({ who }) => who))).toEqual(new Set(['a', 'b']));
    // Both wrote over the same version, and one was told so.
    expect(count('conflict')).toBeGreaterThan(0);
    expect([a.stderr, b.stderr]).toEqual(['', '']);
  });

  it('the other takes over when the leader is killed, not before its Lease has run out', async () => {
    await using first = candidate('first', 0);
    await first.printed(/ led\n/);
    await using second = candidate('second', 0);
    await first.printed(/(renewed\n[\s\S]*){5}/);
    await pause(LEASE_MS / 2);
    expect(second.stdout).toBe('');
    first.kill('SIGKILL');
    await first.ended;
    const killedAt = now();
    await second.printed(/ led\n/);
    const reigns = [...reignsOf('first', first, killedAt), ...reignsOf('second', second, now())];
    expect(overlaps(reigns)).toEqual([]);
    const lastRenewal = linesOf(first).at(-1)?.at ?? 0;
    const takenOver = linesOf(second)[0]?.at ?? 0;
    expect(takenOver - lastRenewal).toBeGreaterThan(LEASE_MS - 100);
    const api = kubeConfigOf(server.address, server.address.origin).makeApiClient(CoordinationV1Api);
    const { spec } = await api.readNamespacedLease({ name: 'elected', namespace: 'default' });
    expect(spec).toMatchObject({ holderIdentity: 'second', leaseDurationSeconds: 2 });
  });
});

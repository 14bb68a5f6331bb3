import { describe, expect, it } from 'vitest';
import { deferred } from '../lib/deferred.js';
import { silentLogger } from '../lib/log.js';
import { VirtualClock } from '../lib/virtual-clock.js';
import { type Started, Supervisor } from './supervisor.js';

function fixture() {
  const clock = new VirtualClock();
  const lives: { readonly started: Started; readonly end: (how: string) => void }[] = [];
  const supervisor = new Supervisor({
    name: 'program',
    clock,
    log: silentLogger,
    start: async () => {
      const { promise, resolve } = deferred<string>();
      const started = { pid: 100 + lives.length, ended: promise };
      lives.push({ started, end: resolve });
      return started;
    },
  });
  return { clock, lives, supervisor };
}

describe('Supervisor', () => {
  it('starts a program again, later and later while it keeps failing', async () => {
    const { clock, lives, supervisor } = fixture();
    await supervisor.start();
    for (const waitMs of [50, 100, 200]) {
      lives.at(-1)?.end('exit code 1');
      await clock.advance(0);
      const before = lives.length;
      await clock.advance(waitMs - 1);
      expect(lives.length).toBe(before);
      await clock.advance(1);
      expect(lives.length).toBe(before + 1);
    }
    expect(supervisor.restarts).toBe(3);
    expect(supervisor.lastEnd).toBe('exit code 1');
  });

  it('does not start it again once its end is wanted', async () => {
    const { clock, lives, supervisor } = fixture();
    await supervisor.start();
    const ended = supervisor.letEnd();
    lives[0]?.end('exit code 0');
    await ended;
    await clock.advance(60_000);
    expect(lives.length).toBe(1);
    expect(supervisor.pid).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { systemClock } from '../lib/system-clock.js';
import { tryLock, waitForLock } from './lock.js';

describe('a lock', () => {
  const name = `holdfast-test-${process.pid}`;

  it('is held by one at a time', async () => {
    const first = await tryLock(name);
    expect(first).toBeDefined();
    expect(await tryLock(name)).toBeUndefined();
    await first?.release();
    const second = await tryLock(name);
    expect(second).toBeDefined();
    await second?.release();
  });

  it('is handed over, and waiting for it is told once', async () => {
    const first = await tryLock(name);
    const told: string[] = [];
    const wait = waitForLock(name, {
      clock: systemClock,
      timeoutMs: 5_000,
      onWait: () => told.push('taken'),
    });
    await expect.poll(() => told).toEqual(['taken']);
    await first?.release();
    const second = await wait;
    expect(second).toBeDefined();
    await second?.release();
  });

  it('is given up after the time', async () => {
    await using _held = await tryLock(name);
    expect(await waitForLock(name, { clock: systemClock, timeoutMs: 0 })).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.js';

describe('VirtualClock', () => {
  it('runs timers in the order of their time, then of their making', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const seen: string[] = [];
    for (const [name, delayMs] of [
      ['c', 30],
      ['a', 10],
      ['d', 30],
      ['b', 20],
      ['late', 1000],
    ] as const) {
      clock.after(delayMs, () => seen.push(`${name}@${clock.now()}`));
    }
    await clock.advance(100);
    expect(seen).toEqual(['a@10', 'b@20', 'c@30', 'd@30']);
    expect(clock.now()).toBe(100);
    expect(clock.nextDueMs).toBe(1000);
  });

  it('lets promise jobs settle between two timers', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const first = clock.sleep(10).then(async () => {
      await Promise.resolve();
      seen.push('after the first');
    });
    clock.after(11, () => seen.push('second'));
    await clock.advance(20);
    await first;
    expect(seen).toEqual(['after the first', 'second']);
  });

  it('runs timers that timers set, within the same advance', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const ticks: number[] = [];
    const tick = (): void => {
      ticks.push(clock.now());
      clock.after(10, tick);
    };
    clock.after(10, tick);
    await clock.advance(35);
    expect(ticks).toEqual([10, 20, 30]);
  });

  it('does not run a cancelled timer, and an aborted sleep rejects with the reason', async () => {
    const clock = new VirtualClock();
    let ran = false;
    clock
      .after(5, () => {
        ran = true;
      })
      .cancel();
    const controller = new AbortController();
    const sleeping = clock.sleep(5, controller.signal);
    const rejected = expect(sleeping).rejects.toThrow('enough');
    controller.abort(new Error('enough'));
    await clock.advance(10);
    await rejected;
    expect(ran).toBe(false);
  });

  it('advances until a condition holds, and fails at the limit', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    let done = false;
    clock.after(50, () => {
      done = true;
    });
    await clock.advanceUntil(() => done, 100);
    expect(clock.now()).toBe(50);
    await expect(clock.advanceUntil(() => false, 100)).rejects.toThrow('within 100 ms');
  });

  it('keeps many timers in order', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const seen: number[] = [];
    for (let index = 0; index < 200; index += 1) {
      const dueMs = (index * 7919) % 211;
      const timer = clock.after(dueMs, () => seen.push(dueMs));
      if (index % 5 === 0) timer.cancel();
    }
    await clock.advance(300);
    expect(seen).toHaveLength(160);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });
});

import { describe, expect, it } from 'vitest';
import { KeyedQueue } from './keyed-queue.js';
import { VirtualClock } from './virtual-clock.js';

function setUp(): { clock: VirtualClock; queue: KeyedQueue<string> } {
  const clock = new VirtualClock();
  return { clock, queue: new KeyedQueue<string>({ clock, backoff: { baseMs: 5, maxMs: 20 } }) };
}

describe('KeyedQueue', () => {
  it('gives a key that was added many times once', async () => {
    const { queue } = setUp();
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(await queue.take()).toBe('a');
    expect(await queue.take()).toBe('b');
    expect(queue.size).toBe(0);
  });

  it('never hands out a key that is worked on, but gives it again when it is done', async () => {
    const { queue } = setUp();
    queue.add('a');
    await queue.take();
    queue.add('a');
    expect(queue.size).toBe(0);
    queue.done('a');
    expect(await queue.take()).toBe('a');
  });

  it('hands a key to a taker that waits', async () => {
    const { queue } = setUp();
    const taken = queue.take();
    queue.add('a');
    expect(await taken).toBe('a');
    queue.add('a');
    expect(queue.size).toBe(0);
  });

  it('adds after a delay, the earlier one when there are two', async () => {
    const { clock, queue } = setUp();
    queue.addAfter('a', 100);
    queue.addAfter('a', 10);
    queue.addAfter('a', 50);
    await clock.advance(10);
    expect(queue.size).toBe(1);
    await queue.take();
    queue.done('a');
    await clock.advance(500);
    expect(queue.size).toBe(0);
  });

  it('lets the waits of a failing key grow to the limit, and start anew when it is forgotten', () => {
    const { queue } = setUp();
    expect([1, 2, 3, 4].map(() => queue.addRateLimited('a'))).toEqual([5, 10, 20, 20]);
    queue.forget('a');
    expect(queue.addRateLimited('a')).toBe(5);
  });

  it('is idle when nothing is queued or worked on, whatever waits for its time', async () => {
    const { queue } = setUp();
    queue.addAfter('later', 1000);
    await queue.idle();
    queue.add('a');
    let idle = false;
    const waiting = queue.idle().then(() => {
      idle = true;
    });
    await queue.take();
    queue.add('a');
    queue.done('a');
    await Promise.resolve();
    expect(idle).toBe(false);
    await queue.take();
    queue.done('a');
    await waiting;
    expect(idle).toBe(true);
  });

  it('lets takers go when it is closed', async () => {
    const { clock, queue } = setUp();
    const taken = queue.take();
    queue.addAfter('a', 5);
    queue.close();
    expect(await taken).toBeUndefined();
    await clock.advance(10);
    expect(await queue.take()).toBeUndefined();
  });
});

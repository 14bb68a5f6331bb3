import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeyedQueue } from './keyed-queue.js';
import { RankedLine } from './ranked-line.js';
import { VirtualClock } from './virtual-clock.js';

it('lets the smallest rank go first, and among equals the one that came first', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))),
      (ranks) => {
        const line = new RankedLine<number>((index) => ranks[index] ?? []);
        for (const index of ranks.keys()) line.push(index);
        expect(line.size).toBe(ranks.length);
        const order = ranks.map(() => line.shift());
        const sorted = [...ranks.entries()]
          .sort(([, a], [, b]) => a[0] - b[0] || a[1] - b[1])
          .map(([index]) => index);
        expect(order).toEqual(sorted);
        expect(line.shift()).toBeUndefined();
      },
    ),
  );
});

it('gives a queue its order, whatever comes while a key is worked on', async () => {
  const queue = new KeyedQueue<string>({ clock: new VirtualClock(), rankOf: (key) => [key.length] });
  for (const key of ['ccc', 'a', 'bb']) queue.add(key);
  const first = await queue.take();
  queue.add('d');
  expect([first, await queue.take(), await queue.take(), await queue.take()]).toEqual([
    'a',
    'd',
    'bb',
    'ccc',
  ]);
  queue.close();
});

it('hands keys that are added in one go to waiting takers by their rank', async () => {
  const queue = new KeyedQueue<string>({ clock: new VirtualClock(), rankOf: (key) => [key.length] });
  const takers = [queue.take(), queue.take()];
  for (const key of ['ccc', 'bb', 'a']) queue.add(key);
  expect(await Promise.all(takers)).toEqual(['a', 'bb']);
  expect(queue.size).toBe(1);
  queue.close();
});

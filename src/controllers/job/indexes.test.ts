import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  countOf,
  firstFree,
  hasIndex,
  indexesText,
  overlapOf,
  parseIndexes,
  withIndexes,
} from './indexes.js';

it.each([
  [[], ''],
  [[0], '0'],
  [[1, 2], '1,2'],
  [[5, 1, 3, 4], '1,3-5'],
])('%j is written %j', (indexes, text) => {
  expect(indexesText(withIndexes([], indexes))).toBe(text);
});

it('what is beyond the completions is left out', () => {
  expect(indexesText(parseIndexes('0-4,6,nonsense', 3))).toBe('0-2');
});

it('behaves as a set of numbers', () => {
  const sets = fc.uniqueArray(fc.nat(40));
  fc.assert(
    fc.property(sets, sets, (some, more) => {
      const all = withIndexes(withIndexes([], some), more);
      const set = new Set([...some, ...more]);
      expect(countOf(all)).toBe(set.size);
      expect(parseIndexes(indexesText(all), 41)).toEqual(all);
      for (let index = 0; index < 45; index += 1) expect(hasIndex(all, index)).toBe(set.has(index));
      const free = Array.from({ length: 41 }, (_, index) => index).filter((index) => !set.has(index));
      expect(firstFree(all, 5, 41)).toEqual(free.slice(0, 5));
      expect(overlapOf(all, withIndexes([], more))).toBe(more.length);
    }),
  );
});

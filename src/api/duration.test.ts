import { expect, it } from 'vitest';
import { ageOf, humanDuration, parseGoDuration } from './duration.js';

const [s, m, h, d] = [1000, 60_000, 3_600_000, 86_400_000];

it.each([
  [-5 * s, '<invalid>'],
  [-1 * s, '0s'],
  [0, '0s'],
  [119 * s, '119s'],
  [2 * m, '2m'],
  [9 * m + 5 * s, '9m5s'],
  [10 * m + 5 * s, '10m'],
  [179 * m, '179m'],
  [3 * h, '3h'],
  [7 * h + 30 * m, '7h30m'],
  [8 * h + 30 * m, '8h'],
  [47 * h, '47h'],
  [2 * d, '2d'],
  [7 * d + 5 * h, '7d5h'],
  [8 * d + 5 * h, '8d'],
  [729 * d, '729d'],
  [730 * d, '2y'],
  [800 * d, '2y70d'],
  [3000 * d, '8y'],
])('%d ms is %s', (ms, want) => {
  expect(humanDuration(ms)).toBe(want);
});

it('tells ages', () => {
  expect(ageOf(undefined, 0)).toBe('<unknown>');
  expect(ageOf('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:01:00Z'))).toBe('60s');
});

it.each([
  ['1h15m30.5s', h + 15 * m + 30.5 * s],
  ['-1m', -m],
  ['250ms', 250],
  ['0', 0],
  ['1', undefined],
  ['', undefined],
  ['1d', undefined],
])('%j is %s ms', (text, want) => {
  expect(parseGoDuration(text)).toBe(want);
});

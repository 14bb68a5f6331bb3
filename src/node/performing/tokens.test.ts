import { expect, it } from 'vitest';
import { renewalOf } from './tokens.js';

const minute = 60_000;

it.each<[string, number, number, number]>([
  ['an hour and seven seconds', 3607, 0, 48 * minute + 5600],
  ['ten minutes', 600, 0, 8 * minute],
  ['ten minutes, a little earlier than others', 600, 0.5, 8 * minute - 5000],
  ['a week, but at least once a day', 7 * 24 * 3600, 0, 24 * 60 * minute],
])('renews a token of %s in time', (_name, seconds, share, afterMs) => {
  expect(renewalOf(seconds, { nowMs: 1000, share })).toBe(1000 + afterMs);
});

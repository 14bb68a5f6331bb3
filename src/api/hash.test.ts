import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, deepEqual, semanticEqual } from './deep.js';
import { fnv32a, safeEncode, shortHash } from './hash.js';

it('is FNV-1a', () => {
  expect(fnv32a('')).toBe(0x811c9dc5);
  expect(fnv32a('a')).toBe(0xe40c292c);
  expect(fnv32a('foobar')).toBe(0xbf9cf968);
});

it('uses the safe alphabet', () => {
  expect(safeEncode('0123456789')).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
});

it('does not depend on the order of keys, and avoids collisions', () => {
  expect(shortHash({ a: 1, b: [2] })).toBe(shortHash({ b: [2], a: 1 }));
  expect(shortHash({ a: 1 })).not.toBe(shortHash({ a: 2 }));
  expect(shortHash({ a: 1 }, 1)).not.toBe(shortHash({ a: 1 }));
  expect(shortHash({ a: undefined })).toBe(shortHash({}));
});

it('compares JSON as its text does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(deepEqual(a, structuredClone(a))).toBe(true);
      expect(deepEqual(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
    }),
  );
});

it('finds blank and absent the same, as Kubernetes does', () => {
  expect(semanticEqual({ a: [], b: {}, c: null }, {})).toBe(true);
  expect(semanticEqual({ a: { b: undefined } }, {})).toBe(true);
  expect(semanticEqual({ a: 0 }, {})).toBe(false);
  expect(semanticEqual({ a: '' }, { a: 'x' })).toBe(false);
});

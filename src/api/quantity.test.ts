import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  isQuantity,
  parseQuantity,
  quantityToBytes,
  quantityToMilli,
  quantityToNumber,
} from './quantity.js';

describe('canonical form', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['0Gi', '0'],
    ['1', '1'],
    [2, '2'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['1.', '1'],
    ['+1', '1'],
    ['-1.5', '-1500m'],
    ['1000m', '1'],
    ['100m', '100m'],
    ['1500m', '1500m'],
    ['1024', '1024'],
    ['1000', '1k'],
    ['1000000', '1M'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Gi', '512Mi'],
    ['1000Ki', '1000Ki'],
    ['0.5Ki', '512'],
    ['0.0001Ki', '102400u'],
    ['2Ei', '2Ei'],
    ['100Ei', '9223372036854775807'],
    ['1E', '1E'],
    ['1e3', '1e3'],
    ['1E3', '1e3'],
    ['1500e-3', '1500e-3'],
    ['12e6', '12e6'],
    ['1e0', '1'],
    ['1n', '1n'],
    ['0.1n', '1n'],
    ['1000u', '1m'],
  ])('%s is %s', (text, want) => {
    expect(canonicalQuantity(text)).toBe(want);
  });

  it('is stable, and keeps the amount', () => {
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-3');
    const amount = fc.tuple(fc.integer({ min: -100_000, max: 100_000 }), suffix);
    fc.assert(
      fc.property(amount, ([number, unit]) => {
        const once = canonicalQuantity(`${number}${unit}`);
        expect(canonicalQuantity(once)).toBe(once);
        expect(compareQuantities(once, `${number}${unit}`)).toBe(0);
      }),
    );
  });
});

describe('what is no quantity', () => {
  it.each(['', 'x', '1 Gi', '1gi', '1K', '1e', 'Gi', '.', '1.2.3', '--1', '1e3Ki', '1Gi3'])('%j', (text) => {
    expect(isQuantity(text)).toBe(false);
    expect(() => parseQuantity(text)).toThrow(/quantities must match|suffix|numeric/);
    expect(canonicalQuantity(text)).toBe(text);
  });
});

describe('arithmetic', () => {
  it('compares across formats', () => {
    expect(compareQuantities('1Gi', '1024Mi')).toBe(0);
    expect(compareQuantities('1G', '1Gi')).toBe(-1);
    expect(compareQuantities('1', '999m')).toBe(1);
  });

  it('adds and converts', () => {
    expect(formatQuantity(addQuantities('1Gi', '512Mi'))).toBe('1536Mi');
    expect(quantityToNumber('250m')).toBe(0.25);
    expect(quantityToBytes('1Gi')).toBe(1073741824n);
    expect(quantityToBytes('0.5')).toBe(1n);
    expect(quantityToMilli('0.1')).toBe(100);
  });
});

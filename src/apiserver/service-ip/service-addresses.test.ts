import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../lib/seeded-random.js';
import { ServiceAddresses } from './service-addresses.js';

test('gives out the upper band first, then the lower one, each address once, and says when the range is full', () => {
  const addresses = new ServiceAddresses('10.0.0.0/26', seededRandom(1));
  const given = Array.from({ length: 62 }, () => addresses.allocate());
  expect(new Set(given).size).toBe(62);
  const last = given.map((address) => Number(String(address).split('.')[3]));
  expect(Math.min(...last.slice(0, 47))).toBe(16);
  expect(Math.max(...last.slice(47))).toBe(15);
  expect(addresses.allocate()).toEqual({ refused: 'failed to allocate a serviceIP: range is full' });
});

test('a freed address comes up again only after all others', () => {
  const addresses = new ServiceAddresses('10.0.0.0/26', seededRandom(2));
  const first = addresses.allocate();
  if (typeof first !== 'string') throw new Error(first.refused);
  addresses.release(first);
  const next = Array.from({ length: 46 }, () => addresses.allocate());
  expect(next).not.toContain(first);
  expect(addresses.allocate()).toBe(first);
});

test('refuses what is taken and what is outside', () => {
  const addresses = new ServiceAddresses('10.96.0.0/16', seededRandom(3));
  expect(addresses.reserve('10.96.0.10')).toBeUndefined();
  expect(addresses.reserve('10.96.0.10')?.refused).toBe(
    'failed to allocate IP 10.96.0.10: provided IP is already allocated',
  );
  for (const outside of ['10.96.0.0', '10.96.255.255', '10.97.0.1', 'fd00::1', 'x']) {
    expect(addresses.reserve(outside)?.refused).toContain('is not in the valid range');
  }
});

test('never hands out an address that is in use', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 200 }), (seed, steps) => {
      const addresses = new ServiceAddresses('10.0.0.0/27', seededRandom(seed));
      const held: string[] = [];
      for (const step of steps) {
        if (step === 0 && held.length > 0) addresses.release(held.shift() ?? '');
        else {
          const given = addresses.allocate();
          if (typeof given !== 'string') expect(held).toHaveLength(30);
          else {
            expect(held).not.toContain(given);
            held.push(given);
          }
        }
      }
    }),
  );
});

import type { Random } from './random.js';
import { safeSuffix } from './safe-suffix.js';

/** The mulberry32 generator: small, and good enough to vary a test. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function uuidOf(next: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16)).join('');
  const variant = (8 + Math.floor(next() * 4)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** The same sequence for the same seed, so that a test can be told again. */
export function seededRandom(seed: number): Random {
  const next = mulberry32(seed);
  return { next, uuid: () => uuidOf(next), suffix: (length) => safeSuffix(next, length) };
}

import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from './random.js';
import { safeSuffix } from './safe-suffix.js';

/** Randomness of the machine, fit for names and UUIDs. */
export const systemRandom: Random = {
  next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  uuid: () => randomUUID(),
  suffix: (length) => safeSuffix(Math.random, length),
};

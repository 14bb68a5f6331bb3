import { canonicalJson } from './deep.js';

const safeAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const offset = 0x811c9dc5;
const prime = 0x01000193;

/** FNV-1a, 32 bits, over the UTF-8 bytes of the text. */
export function fnv32a(text: string): number {
  let hash = offset;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, prime) >>> 0;
  }
  return hash;
}

/** Spells a text in Kubernetes' safe alphabet, which makes no words and no look-alikes. */
export function safeEncode(text: string): string {
  let out = '';
  for (const byte of new TextEncoder().encode(text)) out += safeAlphabet[byte % safeAlphabet.length];
  return out;
}

/**
 * A short hash of any JSON value, the same for every order of its keys: for `pod-template-hash` and the names of
 * ControllerRevisions. `collisionCount` gives another hash after a clash of names.
 */
export function shortHash(value: unknown, collisionCount = 0): string {
  const suffix = collisionCount === 0 ? '' : `#${collisionCount}`;
  return safeEncode(String(fnv32a(canonicalJson(value) + suffix)));
}

/** No vowels and none of 0, 1, 3: no word can come out, and no two characters look alike. */
const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** `length` characters of Kubernetes' safe alphabet, drawn with `next`, which gives floats in [0, 1). */
export function safeSuffix(next: () => number, length: number): string {
  let suffix = '';
  while (suffix.length < length) suffix += SAFE_ALPHABET.charAt(Math.floor(next() * SAFE_ALPHABET.length));
  return suffix;
}

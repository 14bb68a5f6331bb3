import type { KeySource } from './contract.js';

/**
 * Knows what passes failed for, and feeds their keys again when that is over, so that nobody waits until a back-off ends.
 * The back-off goes on beside it: a hold may be wrong, and what it hears of may be late.
 */
export interface Holds<Key> {
  readonly source: KeySource<Key>;
  /** A pass over the key failed. */
  failed(key: Key, error: unknown): void;
  /** A pass over the key went through, or its subject is gone. */
  succeeded(key: Key): void;
}

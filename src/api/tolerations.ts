import type { Taint, Toleration } from './generated/core-v1.js';

/** Whether a toleration covers a taint: no key with `Exists` covers every key, no effect every effect. */
export function tolerates({ key, operator, value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  const anyValue = operator === 'Exists';
  if (!key) return anyValue;
  return key === taint.key && (anyValue || value === (taint.value ?? ''));
}

import type { Pod, Taint, Toleration } from './generated/core-v1.js';

/** Whether a toleration covers a taint: no key with `Exists` covers every key, no effect every effect. */
export function tolerates({ key, operator, value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  const anyValue = operator === 'Exists';
  if (!key) return anyValue;
  return key === taint.key && (anyValue || value === (taint.value ?? ''));
}

/** Whether any of a Pod's tolerations covers a taint. */
export function isTolerated(pod: Pod, taint: Taint): boolean {
  return (pod.spec?.tolerations ?? []).some((toleration) => tolerates(toleration, taint));
}

/** The first of the taints that a Pod does not tolerate. */
export function untolerated(pod: Pod, taints: readonly Taint[]): Taint | undefined {
  return taints.find((taint) => !isTolerated(pod, taint));
}

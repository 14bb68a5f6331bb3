import type { DaemonSet } from '../../api/generated/apps-v1.js';
import type { IntOrString } from '../../api/generated/meta-v1.js';

/** The room a rolling update has, in Pods. */
export interface Limits {
  readonly maxUnavailable: number;
  readonly maxSurge: number;
}

/** Percentages are of the Pods that there shall be, rounded up; were both zero, one may be unavailable. */
export function limitsOf(set: DaemonSet, desired: number): Limits {
  const rolling = set.spec?.updateStrategy?.rollingUpdate;
  const maxSurge = resolve(rolling?.maxSurge ?? 0, desired);
  const maxUnavailable = resolve(rolling?.maxUnavailable ?? 1, desired);
  return { maxSurge, maxUnavailable: maxSurge === 0 ? Math.max(1, maxUnavailable) : maxUnavailable };
}

/** Whether a new Pod comes before the old one goes. */
export function surges(set: DaemonSet): boolean {
  if (!isRolling(set)) return false;
  return limitsOf(set, 1).maxSurge > 0;
}

/** Whether the controller replaces Pods of an older template. */
export function isRolling(set: DaemonSet): boolean {
  return set.spec?.updateStrategy?.type !== 'OnDelete';
}

function resolve(value: IntOrString, desired: number): number {
  if (typeof value === 'number') return value;
  const percent = Number.parseInt(value, 10);
  return Number.isNaN(percent) ? 0 : Math.ceil((percent * desired) / 100);
}

import type { FeatureGates } from '../../api/feature-gates.js';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import { ordinalRange } from './identity.js';

/** How a set replaces Pods of an older template. */
export type UpdateStrategy = 'RollingUpdate' | 'OnDelete' | 'Recreate';

/** The strategy of a set. A stored `Recreate` whose gate is off counts as RollingUpdate, as in Kubernetes. */
export function strategyOf(set: StatefulSet, gates: FeatureGates): UpdateStrategy {
  const type = set.spec?.updateStrategy?.type;
  if (type === 'OnDelete') return type;
  return type === 'Recreate' && gates.StatefulSetRecreateStrategy ? type : 'RollingUpdate';
}

/** How many of the lowest ordinals a rolling update leaves at their revision. */
export function partitionOf(set: StatefulSet): number {
  return set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
}

/** How many Pods may be unavailable in a rolling update: a percentage is rounded down, and it is never less than one. */
export function maxUnavailableOf(set: StatefulSet): number {
  const value = set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const { start, end } = ordinalRange(set);
  const count =
    typeof value === 'number' ? value : Math.floor((Number.parseInt(value, 10) * (end - start)) / 100);
  return Math.max(1, Number.isNaN(count) ? 1 : count);
}

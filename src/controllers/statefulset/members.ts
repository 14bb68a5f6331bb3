import { claimObjects } from '../../api/adoption.js';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { isPodAvailable, isTerminating } from '../../api/pods.js';
import type { StatefulSetFacts } from './facts.js';
import { ordinalOf, ordinalRange } from './identity.js';

/** One place of the set and what stands there. */
export interface Slot {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
  /** A Pod that has the name but is not the set's. */
  readonly squatter: Pod | undefined;
  /** Whether its Pod is available; found out once, since every stage asks it of every Pod. */
  readonly isUp: boolean;
}

/** A Pod beyond the range that the set asks for. */
export interface Condemned {
  readonly ordinal: number;
  readonly pod: Pod;
}

/** The Pods of a set, sorted into what they are to it. */
export interface Members {
  readonly owned: readonly Pod[];
  readonly adopt: readonly Pod[];
  readonly release: readonly Pod[];
  /** One slot for each ordinal the set asks for, lowest first. */
  readonly slots: readonly Slot[];
  /** Highest ordinal first. */
  readonly condemned: readonly Condemned[];
}

/** Sorts the Pods by ownership and by ordinal. */
export function membersOf({ set, pods }: StatefulSetFacts, now: Date): Members {
  const byOrdinal = index(set.metadata?.name ?? '', pods);
  const claimed = claimObjects({ owner: set, selector: set.spec?.selector ?? {} }, [...byOrdinal.values()]);
  const owned = new Set(claimed.owned);
  const { start, end } = ordinalRange(set);
  const slots: Slot[] = [];
  for (let ordinal = start; ordinal < end; ordinal += 1) {
    const there = byOrdinal.get(ordinal);
    const pod = there !== undefined && owned.has(there) ? there : undefined;
    const squatter = pod === undefined ? there : undefined;
    slots.push({ ordinal, pod, squatter, isUp: isAvailable(set, pod, now) });
  }
  const condemned = [...byOrdinal]
    .filter(([ordinal, pod]) => (ordinal < start || ordinal >= end) && owned.has(pod))
    .map(([ordinal, pod]) => ({ ordinal, pod }))
    .sort((a, b) => b.ordinal - a.ordinal);
  return { ...claimed, slots, condemned };
}

/** The Pods that have a name of the set; a name says one ordinal, and only one Pod has it. */
function index(setName: string, pods: readonly Pod[]): ReadonlyMap<number, Pod> {
  const byOrdinal = new Map<number, Pod>();
  for (const pod of pods) {
    const ordinal = ordinalOf(setName, pod.metadata?.name ?? '');
    if (ordinal !== undefined) byOrdinal.set(ordinal, pod);
  }
  return byOrdinal;
}

/** Running, Ready for at least the set's `minReadySeconds`, and not on its way out. */
export function isAvailable(set: StatefulSet, pod: Pod | undefined, now: Date): pod is Pod {
  if (pod?.status?.phase !== 'Running' || isTerminating(pod)) return false;
  return isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now.getTime());
}

import type { Pod } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import type { DaemonSetStep } from './actions.js';
import { isRolling, limitsOf } from './limits.js';
import { create, remove } from './plan-places.js';
import { isAvailable, isUpdated, type Place, type Situation } from './situation.js';

/** The Pods of a place in a rollout: at most one of each age, or there is something to clear up first. */
interface Pair {
  readonly place: Place;
  readonly fresh: Pod | undefined;
  readonly old: Pod | undefined;
  readonly isClear: boolean;
}

/** Replaces Pods of an older template, as many at a time as the strategy lets it. */
export function planRollout(situation: Situation): readonly DaemonSetStep[] {
  const { set, places } = situation;
  if (!isRolling(set)) return [];
  const desired = places.filter(({ standing }) => standing?.shouldRun).length;
  const { maxSurge, maxUnavailable } = limitsOf(set, desired);
  const pairs = places.filter(({ pods }) => pods.length > 0).map((place) => pairOf(situation, place));
  return maxSurge > 0 ? comeFirst(situation, pairs, maxSurge) : goFirst(situation, pairs, maxUnavailable);
}

function pairOf(situation: Situation, place: Place): Pair {
  const present = place.pods.filter((pod) => !isTerminating(pod));
  const fresh = present.filter((pod) => isUpdated(situation, pod));
  const old = present.filter((pod) => !isUpdated(situation, pod));
  return { place, fresh: fresh[0], old: old[0], isClear: fresh.length <= 1 && old.length <= 1 };
}

/** Old Pods go, and what keeps every node supplied makes the new ones. Old Pods that serve nobody cost nothing. */
function goFirst(
  situation: Situation,
  pairs: readonly Pair[],
  maxUnavailable: number,
): readonly DaemonSetStep[] {
  const outdated = pairs.filter(isOutdated);
  const serving = outdated.filter(({ old }) => isAvailable(situation, old));
  const idle = outdated.filter(({ old }) => !isAvailable(situation, old));
  const isDown = (pair: Pair): boolean =>
    !isOutdated(pair) && !(isUpToDate(pair) && isAvailable(situation, pair.fresh));
  const room = Math.max(0, maxUnavailable - pairs.filter(isDown).length);
  return [...idle, ...serving.slice(0, room)].map(({ place, old }) => remove(place, old, 'outdated'));
}

/** New Pods come beside the old ones, which go when the new ones are available. */
function comeFirst(situation: Situation, pairs: readonly Pair[], maxSurge: number): readonly DaemonSetStep[] {
  const outdated = pairs.filter(isOutdated);
  const stray = outdated.filter(({ place }) => !place.standing?.shouldRun);
  const replaced = outdated.filter(({ place }) => place.standing?.shouldRun);
  const serving = replaced.filter(({ old }) => isAvailable(situation, old));
  const idle = replaced.filter(({ old }) => !isAvailable(situation, old));
  const isSurging = ({ fresh, old, isClear }: Pair): boolean =>
    !isClear || (fresh !== undefined && old !== undefined && !isAvailable(situation, fresh));
  const room = Math.max(0, maxSurge - pairs.filter(isSurging).length);
  return [
    ...idle.map(({ place }) => create(situation, place.node)),
    ...serving.slice(0, room).map(({ place }) => create(situation, place.node)),
    // No new Pod comes where there shall be none: the old one goes within the same room.
    ...stray.slice(0, room).map(({ place, old }) => remove(place, old, 'outdated')),
  ];
}

/** There is a Pod, and it is of an older template. */
function isOutdated(pair: Pair): pair is Pair & { readonly old: Pod } {
  return pair.isClear && pair.old !== undefined && pair.fresh === undefined;
}

function isUpToDate(pair: Pair): pair is Pair & { readonly fresh: Pod } {
  return pair.isClear && pair.fresh !== undefined && pair.old === undefined;
}

import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { isRunningAndReady, isTerminating, podCondition } from '../../api/pods.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { StatefulSetStep } from './actions.js';
import { ordinalRange, revisionOf } from './identity.js';
import type { Revision } from './revisions.js';
import { deletePod, type StageInput } from './stage.js';
import { waitForStuckPod } from './waits.js';

/** Annotation of a set that lets the controller replace a Pod that is stuck on an older template. */
export const replaceStuckPods = 'holdfast.dev/replace-stuck-pods';

/** How long a Pod has to be unready before it is replaced as stuck: one that only blinks goes its ordinary way. */
const patienceMs = 10_000;

/**
 * The revision that the Pod of an ordinal is made from. Below the partition it is the one that the set is still at. Without
 * `rollingUpdate` in the strategy Kubernetes counts instead: the lowest ordinals, as many as are still at that revision.
 */
export function revisionFor(input: StageInput, ordinal: number): Revision {
  const { set, history, strategy } = input;
  if (strategy !== 'RollingUpdate') return history.update;
  const kept = set.spec?.updateStrategy?.rollingUpdate?.partition ?? countAtCurrent(input, ordinal);
  return ordinal < ordinalRange(set).start + kept ? history.current : history.update;
}

function countAtCurrent({ set, members, history }: StageInput, ordinal: number): number {
  if (set.spec?.updateStrategy?.rollingUpdate !== undefined) return 0;
  const own = `${set.metadata?.name ?? ''}-${ordinal}`;
  const others = members.owned.filter((pod) => !isTerminating(pod) && pod.metadata?.name !== own);
  return others.filter((pod) => revisionOf(pod) === history.current.name).length;
}

/** What to do about a Pod that is stuck, and when. */
export interface StuckPlan {
  readonly steps: readonly StatefulSetStep[];
  readonly waiting?: Waiting;
  readonly lookAgainAfterMs?: number;
}

/**
 * The template moved on while this Pod was failing, and an OrderedReady rollout never reaches it
 * (kubernetes/kubernetes#67250): that is said, and it is replaced when the set's annotation says so.
 */
export function planStuck(input: StageInput, ordinal: number, pod: Pod): StuckPlan | undefined {
  const { set, ordered, strategy, now } = input;
  if (!ordered || strategy !== 'RollingUpdate' || isRunningAndReady(pod)) return undefined;
  const wanted = revisionFor(input, ordinal).name;
  if (wanted !== input.history.update.name || revisionOf(pod) === wanted) return undefined;
  if (!mayReplace(set)) return { steps: [], waiting: waitForStuckPod(pod, replaceStuckPods) };
  const leftMs = unreadySince(pod) + patienceMs - now.getTime();
  if (leftMs <= 0) return { steps: [deletePod(pod, 'stuck')] };
  return { steps: [], waiting: waitForStuckPod(pod, undefined), lookAgainAfterMs: leftMs };
}

function mayReplace(set: StatefulSet): boolean {
  return set.metadata?.annotations?.[replaceStuckPods] === 'true';
}

/** In milliseconds; a Pod that tells nothing of itself has been unready for ever. */
function unreadySince(pod: Pod): number {
  const since = podCondition(pod, 'Ready')?.lastTransitionTime ?? pod.metadata?.creationTimestamp ?? '';
  const ms = Date.parse(since);
  return Number.isNaN(ms) ? 0 : ms;
}

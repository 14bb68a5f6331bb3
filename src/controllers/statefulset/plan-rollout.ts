import type { Pod } from '../../api/generated/core-v1.js';
import { isPodFinished, isTerminating } from '../../api/pods.js';
import { revisionOf } from './identity.js';
import type { Slot } from './members.js';
import { deletePod, type StageInput, type StageResult } from './stage.js';
import { maxUnavailableOf, partitionOf } from './strategy.js';
import { waitForPod, waitForUser } from './waits.js';

/** Last stage: Pods of an older template are replaced, the highest ordinal first, as far as the partition lets them. */
export function planRollout(input: StageInput): StageResult {
  // With Recreate nothing of an older template is left when this stage is reached.
  if (input.strategy !== 'RollingUpdate') return leaveToUser(input);
  const targets = input.members.slots.slice(partitionOf(input.set)).reverse();
  const doomed = input.gates.MaxUnavailableStatefulSet ? within(input, targets) : nextOne(input, targets);
  return { steps: doomed.map((pod) => deletePod(pod, 'update')), ...waitFor(input, targets), ends: true };
}

/** The next Pod alone, however it is, unless one above it is not back yet. */
function nextOne(input: StageInput, targets: readonly Slot[]): readonly Pod[] {
  for (const { pod, isUp } of targets) {
    if (isOutdated(input, pod)) return [pod];
    if (!isUp) return [];
  }
  return [];
}

/**
 * As many as `maxUnavailable` leaves room for. With Parallel, those that are down on the old template anyway come first
 * and cost nothing: counted in, a set whose first template was faulty would wait for ever (kubernetes/kubernetes#137409).
 */
function within(input: StageInput, targets: readonly Slot[]): readonly Pod[] {
  const unavailable = input.members.slots.filter(({ isUp }) => !isUp).length;
  const room = Math.max(0, maxUnavailableOf(input.set) - unavailable);
  const outdated = targets.filter(({ pod }) => isOutdated(input, pod));
  if (input.ordered) return podsOf(outdated.slice(0, room));
  const down = outdated.filter(({ isUp }) => !isUp);
  const up = outdated.filter(({ isUp }) => isUp);
  return podsOf([...down, ...up.slice(0, room)]);
}

function podsOf(slots: readonly Slot[]): readonly Pod[] {
  return slots.flatMap(({ pod }) => pod ?? []);
}

function waitFor(input: StageInput, targets: readonly Slot[]): Pick<StageResult, 'waiting'> {
  const old = targets.some(({ pod }) => isOutdated(input, pod));
  const blocking = firstDown(targets);
  if (blocking !== undefined) {
    const held = old ? 'the rollout goes on when it is available' : 'the rollout ends when it is available';
    return { waiting: waitForPod(input.set, blocking, held) };
  }
  // Above the partition all is well; a Pod below it can be what uses up `maxUnavailable`.
  const below = firstDown(input.members.slots);
  return old && below !== undefined
    ? { waiting: waitForPod(input.set, below, 'the rollout goes on when it is available') }
    : {};
}

function firstDown(slots: readonly Slot[]): Pod | undefined {
  return slots.find(({ pod, isUp }) => pod !== undefined && !isUp)?.pod;
}

/** There, of another template than the set's, and not on its way out yet; one that has ended goes for that reason already. */
function isOutdated({ history }: StageInput, pod: Pod | undefined): pod is Pod {
  if (pod === undefined || isTerminating(pod) || isPodFinished(pod)) return false;
  return revisionOf(pod) !== history.update.name;
}

function leaveToUser(input: StageInput): StageResult {
  const old = input.members.slots.find(({ pod }) => isOutdated(input, pod))?.pod;
  return { steps: [], ...(old === undefined ? {} : { waiting: waitForUser(old) }), ends: true };
}

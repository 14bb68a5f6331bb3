import type { Pod } from '../../api/generated/core-v1.js';
import { isPodFinished, isTerminating } from '../../api/pods.js';
import type { StatefulSetStep } from './actions.js';
import { isAvailable } from './members.js';
import { claimOwners } from './plan-slots.js';
import { deletePod, type StageInput, type StageResult } from './stage.js';
import { waitForPod } from './waits.js';

/** Pods beyond the range go, the highest ordinal first; in order, one at a time and only from a healthy set. */
export function planCondemned(input: StageInput): StageResult {
  const { condemned } = input.members;
  if (condemned.length === 0) return { steps: [], ends: false };
  // Also of those on their way out: what becomes of their claims is decided by the policy as it is now.
  const owners = condemned.flatMap(({ ordinal, pod }) => claimOwners(input, ordinal, pod));
  return input.ordered ? nextInOrder(input, owners) : allAtOnce(input, owners);
}

function allAtOnce(input: StageInput, owners: readonly StatefulSetStep[]): StageResult {
  const { set, members } = input;
  const living = members.condemned.filter(({ pod }) => !isTerminating(pod));
  const leaving = members.condemned.find(({ pod }) => isTerminating(pod));
  return {
    steps: [...owners, ...living.map(({ pod }) => deletePod(pod, 'scale'))],
    ...(leaving === undefined
      ? {}
      : { waiting: waitForPod(set, leaving.pod, 'the set is scaled down when it is gone') }),
    ends: false,
  };
}

function nextInOrder(input: StageInput, owners: readonly StatefulSetStep[]): StageResult {
  const { set, members, now } = input;
  const pod = members.condemned[0]?.pod;
  if (pod === undefined) return { steps: [], ends: false };
  if (isTerminating(pod)) {
    return {
      steps: owners,
      waiting: waitForPod(set, pod, 'the next Pod is deleted when it is gone'),
      ends: true,
    };
  }
  // One that has ended can never become healthy again: to wait for it would be to wait for ever.
  if (!isAvailable(set, pod, now) && !isPodFinished(pod) && pod !== firstUnavailable(input)) {
    const held = 'scaling down halts while it and a Pod before it are unhealthy';
    return { steps: owners, waiting: waitForPod(set, pod, held), ends: true };
  }
  return { steps: [...owners, deletePod(pod, 'scale')], ends: true };
}

/** The unavailable Pod of the lowest ordinal among those the set wants, else among those it does not. */
function firstUnavailable({ set, members, now }: StageInput): Pod | undefined {
  const wanted = members.slots.find(({ pod, isUp }) => pod !== undefined && !isUp)?.pod;
  return (
    wanted ?? members.condemned.findLast(({ pod }) => !isAvailable(set, pod, now) && !isPodFinished(pod))?.pod
  );
}

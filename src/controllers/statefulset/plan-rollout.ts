import type { Pod } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import { revisionOf } from './identity.js';
import { isAvailable, type Slot } from './members.js';
import { deletePod, type StageInput, type StageResult } from './stage.js';
import { waitForPod, waitForUser } from './waits.js';

/** Third stage: Pods of an older template are replaced, the highest ordinal first, as far as the partition lets them. */
export function planRollout(input: StageInput): StageResult {
  const { set } = input;
  if ((set.spec?.updateStrategy?.type ?? 'RollingUpdate') !== 'RollingUpdate') return leaveToUser(input);
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  const targets = input.members.slots.slice(partition).reverse();
  return {
    steps: outdatedPods(input, targets).map((pod) => deletePod(pod)),
    ...waitFor(input, targets),
    ends: true,
  };
}

/**
 * The Pods to delete now. With the default limit of one, only the Pods that the rollout has reached count as unavailable,
 * as in Kubernetes; a larger limit counts all of them. Deleting one that is down anyway costs nothing.
 */
function outdatedPods(input: StageInput, targets: readonly Slot[]): readonly Pod[] {
  const isUp = ({ pod }: Slot): boolean => isAvailable(input.set, pod, input.now);
  const limit = maxUnavailable(input);
  const doomed: Pod[] = [];
  let reached = 0;
  let unavailable = input.members.slots.filter((slot) => !isUp(slot)).length;
  for (const slot of targets) {
    if (reached >= limit) break;
    const { pod } = slot;
    const outdated = pod !== undefined && !isTerminating(pod) && isOutdated(input, pod);
    if (outdated || !isUp(slot)) reached += 1;
    if (!outdated || (isUp(slot) && limit > 1 && unavailable >= limit)) continue;
    doomed.push(pod);
    if (isUp(slot)) unavailable += 1;
  }
  return doomed;
}

function waitFor(input: StageInput, targets: readonly Slot[]): Pick<StageResult, 'waiting'> {
  const blocking = targets.find(
    ({ pod }) => pod !== undefined && !isAvailable(input.set, pod, input.now),
  )?.pod;
  if (blocking === undefined) return {};
  return { waiting: waitForPod(input.set, blocking, 'the rollout goes on when it is available') };
}

function isOutdated({ history }: StageInput, pod: Pod): boolean {
  return revisionOf(pod) !== history.update.name;
}

function leaveToUser(input: StageInput): StageResult {
  const old = input.members.slots.find(({ pod }) => pod !== undefined && isOutdated(input, pod))?.pod;
  return { steps: [], ...(old === undefined ? {} : { waiting: waitForUser(old) }), ends: true };
}

/** A percentage is of the replicas, rounded down, and never less than one. */
function maxUnavailable({ set, members }: StageInput): number {
  const value = set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const total = members.slots.length;
  const count = typeof value === 'number' ? value : Math.floor((Number.parseInt(value, 10) * total) / 100);
  return Math.max(1, Number.isNaN(count) ? 1 : count);
}

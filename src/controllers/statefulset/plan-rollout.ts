import type { Pod } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import { revisionOf } from './identity.js';
import { isAvailable } from './members.js';
import { deletePod, type StageInput, type StageResult } from './stage.js';
import type { StatefulSetStep } from './actions.js';
import { waitForPod, waitForUser } from './waits.js';

/** Third stage: Pods of an older template are replaced, the highest ordinal first, as far as the partition lets them. */
export function planRollout(input: StageInput): StageResult {
  const { set } = input;
  if ((set.spec?.updateStrategy?.type ?? 'RollingUpdate') !== 'RollingUpdate') return leaveToUser(input);
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  const targets = input.members.slots.slice(partition).reverse();
  const limit = maxUnavailable(input);
  const steps: StatefulSetStep[] = [];
  let spent = 0;
  let unavailable = input.members.slots.filter(({ pod }) => !isAvailable(set, pod, input.now)).length;
  for (const { pod } of targets) {
    const available = isAvailable(set, pod, input.now);
    const outdated = pod !== undefined && !isTerminating(pod) && isOutdated(input, pod);
    // With the default of one, only the Pods that the rollout has reached count, as in Kubernetes; a larger
    // limit counts every unavailable Pod. One that is down anyway costs nothing.
    if (outdated && (!available || limit === 1 || unavailable < limit)) {
      steps.push(deletePod(pod));
      if (available) unavailable += 1;
    }
    if (outdated || !available) spent += 1;
    if (spent >= limit) break;
  }
  return { steps, ...waitFor(input, targets), ends: true };
}

function waitFor(input: StageInput, targets: StageInput['members']['slots']): Pick<StageResult, 'waiting'> {
  const blocking = targets.find(({ pod }) => pod !== undefined && !isAvailable(input.set, pod, input.now))?.pod;
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

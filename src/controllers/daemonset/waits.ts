import type { Pod } from '../../api/generated/core-v1.js';
import { type PodTrouble, podTrouble } from '../../api/pod-progress.js';
import { isTerminating, msUntilAvailable } from '../../api/pods.js';
import type { Waiting } from '../../reconcile/contract.js';
import { backoffLeftMs } from './failure-memory.js';
import { isRolling } from './limits.js';
import { isAvailable, isUpdated, type Place, type Situation } from './situation.js';

/** Stable codes of what a DaemonSet waits for; where a Pod of it is not ready, the codes of Pods (`PodTrouble`) come to them. */
export const waitReasons = [
  'SetBeingDeleted',
  'FailedPodBackOff',
  'PodNotAvailable',
  'UpdateOnDelete',
] as const;

interface DaemonSetWait extends Waiting {
  readonly reason: (typeof waitReasons)[number] | PodTrouble['reason'];
}

/** The set is on its way out. */
export const waitForEnd: DaemonSetWait = {
  reason: 'SetBeingDeleted',
  message: 'the set is being deleted; its Pods are not touched any more',
};

/** Why a set at which nothing can be done is not as it should be; undefined when it is. */
export function waitOf(situation: Situation): DaemonSetWait | undefined {
  for (const place of situation.places) {
    for (const pod of place.pods) {
      const waiting = waitForPod(situation, place, pod);
      if (waiting !== undefined) return waiting;
    }
  }
  return undefined;
}

function waitForPod(situation: Situation, { node }: Place, pod: Pod): DaemonSetWait | undefined {
  const { namespace, name = '' } = pod.metadata ?? {};
  const on = { kind: 'Pod', namespace, name };
  if (pod.status?.phase === 'Failed' && !isTerminating(pod)) {
    const seconds = Math.ceil(failureLeftMs(situation, node) / 1000);
    const message = `${name} failed on node ${node}, as others before it; it is replaced in ${seconds} s`;
    return { reason: 'FailedPodBackOff', message, on };
  }
  const trouble = podTrouble(pod);
  if (trouble !== undefined) {
    return { reason: trouble.reason, message: `${name} on node ${node} ${trouble.message}`, on };
  }
  if (!isAvailable(situation, pod)) {
    const seconds = situation.set.spec?.minReadySeconds ?? 0;
    const message = `${name} on node ${node} is ready, but not yet for the ${seconds} s of minReadySeconds`;
    return { reason: 'PodNotAvailable', message, on };
  }
  if (isRolling(situation.set) || isUpdated(situation, pod)) return undefined;
  return {
    reason: 'UpdateOnDelete',
    message: `${name} on node ${node} runs an older template; the update strategy is OnDelete`,
    on,
    unblockedBy: `delete Pod ${name}: the node gets one of the new template`,
  };
}

/** Milliseconds until time alone changes something: a Pod becomes available, or a wait after failures ends. */
export function nextChangeMs(situation: Situation): number | undefined {
  const { set, now, places } = situation;
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const waits = places.flatMap(({ node, pods }) =>
    pods.map((pod) =>
      pod.status?.phase === 'Failed'
        ? failureLeftMs(situation, node)
        : (msUntilAvailable(pod, minReadySeconds, now.getTime()) ?? 0),
    ),
  );
  const ahead = waits.filter((ms) => ms > 0);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}

function failureLeftMs({ failures, now }: Situation, node: string): number {
  return backoffLeftMs(failures.get(node), now.getTime());
}

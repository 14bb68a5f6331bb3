import type { Pod } from '../../api/generated/core-v1.js';
import { isPodReady, isTerminating } from '../../api/pods.js';
import type { DaemonSetStep, DeletionCause } from './actions.js';
import { podForNode } from './daemon-pod.js';
import { backoffLeftMs } from './failure-memory.js';
import { surges } from './limits.js';
import { isAvailable, isUpdated, type Place, type Situation } from './situation.js';

/** Sees to it that every node has the Pod that it shall have, and no other. */
export function planPlaces(situation: Situation): readonly DaemonSetStep[] {
  return situation.places.flatMap((place) => planPlace(situation, place));
}

function planPlace(situation: Situation, place: Place): readonly DaemonSetStep[] {
  const { standing, pods } = place;
  if (standing === undefined) return abandoned(place);
  if (standing.shouldRun && pods.length === 0) return [create(situation, place.node)];
  if (!standing.mayStay) {
    return pods.filter((pod) => !isTerminating(pod)).map((pod) => remove(place, pod, 'unwanted'));
  }
  return tidy(situation, place);
}

/** Pods for a node that is gone are never scheduled, and nobody else deletes them. Those that were bound are Pod GC's. */
function abandoned(place: Place): readonly DaemonSetStep[] {
  return place.pods
    .filter((pod) => !pod.spec?.nodeName && !isTerminating(pod))
    .map((pod) => remove(place, pod, 'unwanted'));
}

function tidy(situation: Situation, place: Place): readonly DaemonSetStep[] {
  const present = place.pods.filter((pod) => !isTerminating(pod));
  const ended = present.flatMap((pod) => endOf(situation, place, pod) ?? []);
  const running = present.filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
  if (!surges(situation.set)) {
    return [...ended, ...running.slice(1).map((pod) => remove(place, pod, 'excess'))];
  }
  // A surging set does not wait for its former Pod to be gone.
  if (running.length === 0 && place.standing?.shouldRun) return [...ended, create(situation, place.node)];
  return [...ended, ...tidySurge(situation, place, running)];
}

/** The deletion of a Pod that ended: at once, but that a node where Pods fail again and again is given time. */
function endOf({ failures, now }: Situation, place: Place, pod: Pod): DaemonSetStep | undefined {
  if (pod.status?.phase === 'Succeeded') return remove(place, pod, 'succeeded');
  if (pod.status?.phase !== 'Failed') return undefined;
  const leftMs = backoffLeftMs(failures.get(place.node), now.getTime());
  return leftMs > 0 ? undefined : remove(place, pod, 'failed');
}

/** Two Pods may be there as long as the old one serves and the new one is not available yet. */
function tidySurge(situation: Situation, place: Place, running: readonly Pod[]): readonly DaemonSetStep[] {
  if (running.length <= 1) return [];
  const isNew = (pod: Pod): boolean => isUpdated(situation, pod);
  const [fresh, old] = [running.find(isNew), running.find((pod) => !isNew(pod))];
  const excess = running
    .filter((pod) => pod !== fresh && pod !== old)
    .map((pod) => remove(place, pod, 'excess'));
  if (fresh === undefined || old === undefined) return excess;
  const isOver = !isPodReady(old) || isAvailable(situation, fresh);
  return isOver ? [...excess, remove(place, old, 'outdated')] : excess;
}

/** The making of the set's Pod for a node. */
export function create({ set, hash }: Situation, node: string): DaemonSetStep {
  return { type: 'createPod', node, pod: podForNode(set, node, hash) };
}

/** The deletion of one of the set's Pods. */
export function remove({ node }: Place, pod: Pod, cause: DeletionCause): DaemonSetStep {
  return { type: 'deletePod', node, pod, cause };
}

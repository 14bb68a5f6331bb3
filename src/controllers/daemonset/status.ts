import type { DaemonSetStatus } from '../../api/generated/apps-v1.js';
import { isPodReady } from '../../api/pods.js';
import { isAvailable, isUpdated, type Situation } from './situation.js';

/** The status that the facts call for: of several Pods on a node the first counts, as in Kubernetes. */
export function statusOf(situation: Situation, collisionCount: number): DaemonSetStatus {
  const { set, places } = situation;
  const wanted = places.filter(({ standing }) => standing?.shouldRun);
  const astray = places.filter(({ standing }) => standing !== undefined && !standing.shouldRun);
  const first = wanted.flatMap(({ pods }) => pods.slice(0, 1));
  const ready = first.filter(isPodReady);
  const available = ready.filter((pod) => isAvailable(situation, pod)).length;
  return {
    observedGeneration: set.metadata?.generation,
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: first.length,
    numberMisscheduled: astray.filter(({ pods }) => pods.length > 0).length,
    numberReady: ready.length,
    updatedNumberScheduled: first.filter((pod) => isUpdated(situation, pod)).length,
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
    ...(collisionCount === 0 ? {} : { collisionCount }),
    ...(set.status?.conditions === undefined ? {} : { conditions: set.status.conditions }),
  };
}

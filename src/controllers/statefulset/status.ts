import { semanticEqual } from '../../api/deep.js';
import type { StatefulSet, StatefulSetStatus } from '../../api/generated/apps-v1.js';
import { isRunningAndReady, isTerminating } from '../../api/pods.js';
import { revisionOf } from './identity.js';
import { isAvailable, type Members } from './members.js';
import type { History } from './revisions.js';

/** The status that the facts call for. */
export function statusOf(set: StatefulSet, members: Members, history: History, now: Date): StatefulSetStatus {
  const pods = members.owned;
  const living = pods.filter((pod) => !isTerminating(pod));
  const atRevision = (name: string): number => living.filter((pod) => revisionOf(pod) === name).length;
  const counted: StatefulSetStatus = {
    observedGeneration: set.metadata?.generation,
    replicas: pods.length,
    readyReplicas: pods.filter(isRunningAndReady).length,
    availableReplicas: pods.filter((pod) => isAvailable(set, pod, now)).length,
    currentReplicas: atRevision(history.current.name),
    updatedReplicas: atRevision(history.update.name),
    currentRevision: history.current.name,
    updateRevision: history.update.name,
    collisionCount: history.collisionCount,
    ...(set.status?.conditions === undefined ? {} : { conditions: set.status.conditions }),
  };
  return rolloutEnded(set, counted)
    ? { ...counted, currentReplicas: counted.updatedReplicas, currentRevision: counted.updateRevision }
    : counted;
}

/** The current revision becomes the update revision only when every replica is there, updated and ready. */
function rolloutEnded(set: StatefulSet, status: StatefulSetStatus): boolean {
  const replicas = set.spec?.replicas ?? 1;
  return (
    (set.spec?.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate' &&
    status.updatedReplicas === replicas &&
    status.readyReplicas === replicas &&
    status.replicas === replicas
  );
}

/** Whether the stored status must be written again. */
export function statusDiffers(set: StatefulSet, status: StatefulSetStatus): boolean {
  return !semanticEqual(set.status, status);
}

import { semanticEqual } from '../../api/deep.js';
import type { StatefulSet, StatefulSetStatus } from '../../api/generated/apps-v1.js';
import { isPodAvailable, isRunningAndReady, isTerminating } from '../../api/pods.js';
import { revisionOf } from './identity.js';
import type { Members } from './members.js';
import { conditionsOf } from './progressing.js';
import type { History } from './revisions.js';
import type { UpdateStrategy } from './strategy.js';

/** What a status is made from. */
export interface StatusInput {
  readonly set: StatefulSet;
  readonly members: Members;
  readonly history: History;
  readonly strategy: UpdateStrategy;
  readonly now: Date;
}

/** The status that the facts call for. */
export function statusOf(input: StatusInput): StatefulSetStatus {
  const { set, members, history, now } = input;
  const pods = members.owned;
  const ready = pods.filter(isRunningAndReady);
  const living = pods.filter((pod) => !isTerminating(pod));
  const atRevision = (name: string): number => living.filter((pod) => revisionOf(pod) === name).length;
  const counted: StatefulSetStatus = {
    observedGeneration: set.metadata?.generation,
    replicas: pods.length,
    readyReplicas: ready.length,
    // A Pod on its way out counts while it is ready, as in Kubernetes.
    availableReplicas: ready.filter((pod) =>
      isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now.getTime()),
    ).length,
    currentReplicas: atRevision(history.current.name),
    updatedReplicas: atRevision(history.update.name),
    currentRevision: history.current.name,
    updateRevision: history.update.name,
    collisionCount: history.collisionCount,
    ...conditionsOf(input),
  };
  return rolloutEnded(input, counted)
    ? { ...counted, currentReplicas: counted.updatedReplicas, currentRevision: counted.updateRevision }
    : counted;
}

/** The current revision becomes the update revision only when every replica is there, updated and ready. */
function rolloutEnded({ set, strategy }: StatusInput, status: StatefulSetStatus): boolean {
  const replicas = set.spec?.replicas ?? 1;
  return (
    strategy !== 'OnDelete' &&
    status.updatedReplicas === replicas &&
    status.readyReplicas === replicas &&
    status.replicas === replicas
  );
}

/** Whether the stored status must be written again. */
export function statusDiffers(set: StatefulSet, status: StatefulSetStatus): boolean {
  return !semanticEqual(set.status, status);
}

import type { ControllerRevision, StatefulSet, StatefulSetStatus } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { OwnerReference } from '../../api/generated/meta-v1.js';
import type { RevisionStep } from '../shared/revision-history.js';

/**
 * Why a Pod is deleted: the set got smaller; the template changed; the Pod has ended; it is stuck on an older template
 * and the set's annotation lets the controller replace it.
 */
export type DeletionCause = 'scale' | 'update' | 'ended' | 'stuck';

/** One write of the StatefulSet controller; `set` is the set as it was observed, for events. */
export type StatefulSetAction = { readonly set: StatefulSet } & (
  | RevisionStep
  | { readonly type: 'deleteRevision'; readonly revision: ControllerRevision }
  | { readonly type: 'adoptPod'; readonly pod: Pod }
  | { readonly type: 'releasePod'; readonly pod: Pod }
  | { readonly type: 'createClaim'; readonly claim: PersistentVolumeClaim; readonly podName: string }
  | {
      readonly type: 'setClaimOwners';
      readonly claim: PersistentVolumeClaim;
      readonly owners: readonly OwnerReference[];
    }
  | { readonly type: 'createPod'; readonly pod: Pod }
  | { readonly type: 'deletePod'; readonly pod: Pod; readonly cause: DeletionCause }
  /** `pod` is the whole Pod as it shall be. */
  | { readonly type: 'updatePod'; readonly pod: Pod }
  | { readonly type: 'updateStatus'; readonly status: StatefulSetStatus }
  /** An Event of the set, and nothing else. */
  | { readonly type: 'tell'; readonly reason: string; readonly message: string }
);

/** An action without the set it belongs to. */
export type StatefulSetStep = StatefulSetAction extends infer A
  ? A extends unknown
    ? Omit<A, 'set'>
    : never
  : never;

/** Names an action in a log line or an error. */
export function describeAction(action: StatefulSetAction): string {
  const set = `StatefulSet ${action.set.metadata?.namespace}/${action.set.metadata?.name}`;
  switch (action.type) {
    case 'createRevision':
    case 'adoptRevision':
    case 'renumberRevision':
    case 'deleteRevision':
      return `${action.type} ${action.revision.metadata?.name} of ${set}`;
    case 'createClaim':
    case 'setClaimOwners':
      return `${action.type} ${action.claim.metadata?.name} of ${set}`;
    case 'adoptPod':
    case 'releasePod':
    case 'createPod':
    case 'deletePod':
    case 'updatePod':
      return `${action.type} ${action.pod.metadata?.name} of ${set}`;
    case 'updateStatus':
      return `updateStatus of ${set}`;
    case 'tell':
      return `tell ${action.reason} of ${set}`;
  }
}

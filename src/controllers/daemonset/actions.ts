import type { ControllerRevision, DaemonSet, DaemonSetStatus } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import type { RevisionStep } from '../shared/revision-history.js';

/** Why a Pod is deleted: it ended, or it is not wanted (any more). */
export type DeletionCause = 'failed' | 'succeeded' | 'unwanted' | 'excess' | 'outdated';

/** One write of the DaemonSet controller, without the set it is for. */
export type DaemonSetStep =
  | RevisionStep
  | { readonly type: 'deleteRevision'; readonly revision: ControllerRevision }
  | { readonly type: 'createPod'; readonly pod: Pod; readonly node: string }
  | { readonly type: 'deletePod'; readonly pod: Pod; readonly node: string; readonly cause: DeletionCause }
  | { readonly type: 'adoptPod'; readonly pod: Pod }
  | { readonly type: 'releasePod'; readonly pod: Pod }
  | { readonly type: 'updateStatus'; readonly status: DaemonSetStatus };

/** One write of the DaemonSet controller; `set` is the set as it was observed. */
export type DaemonSetAction = DaemonSetStep & { readonly set: DaemonSet };

/** Names an action in a log line or an error. */
export function describeAction(action: DaemonSetAction): string {
  const of = `of DaemonSet ${action.set.metadata?.namespace}/${action.set.metadata?.name}`;
  if (action.type === 'updateStatus') return `updateStatus ${of}`;
  if (action.type === 'createPod') return `createPod for node ${action.node} ${of}`;
  const { metadata } = 'pod' in action ? action.pod : action.revision;
  return `${action.type} ${metadata?.name} ${of}`;
}

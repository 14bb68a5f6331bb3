import type { PersistentVolumeClaim, Pod, PodStatus } from '../../api/generated/core-v1.js';

/** One write of the scheduler. */
export type SchedulerAction =
  | { readonly type: 'bind'; readonly pod: Pod; readonly nodeName: string }
  | { readonly type: 'selectNode'; readonly claim: PersistentVolumeClaim; readonly nodeName: string }
  | { readonly type: 'setStatus'; readonly pod: Pod; readonly status: PodStatus };

/** Names an action in a log line or an error. */
export function describeAction(action: SchedulerAction): string {
  const { metadata } = action.type === 'selectNode' ? action.claim : action.pod;
  return `${action.type} ${metadata?.namespace}/${metadata?.name}`;
}

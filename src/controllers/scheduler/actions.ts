import type { PersistentVolume, PersistentVolumeClaim, Pod, PodStatus } from '../../api/generated/core-v1.js';

/** One write of the scheduler. */
export type SchedulerAction =
  | { readonly type: 'bind'; readonly pod: Pod; readonly nodeName: string }
  | { readonly type: 'selectNode'; readonly claim: PersistentVolumeClaim; readonly nodeName: string }
  /** Holds a volume for a claim; the volume binder does the rest. */
  | { readonly type: 'holdVolume'; readonly volume: PersistentVolume }
  /** Ends a Pod in favour of a more important one. */
  | { readonly type: 'preempt'; readonly victim: Pod; readonly pod: Pod; readonly nodeName: string }
  /** Takes back the promise of a node: a more important Pod gets it. */
  | { readonly type: 'unpromise'; readonly pod: Pod }
  | { readonly type: 'setStatus'; readonly pod: Pod; readonly status: PodStatus };

/** Names an action in a log line or an error. */
export function describeAction(action: SchedulerAction): string {
  const { metadata } = subjectOf(action);
  return `${action.type} ${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}

function subjectOf(action: SchedulerAction): Pod | PersistentVolumeClaim | PersistentVolume {
  switch (action.type) {
    case 'selectNode':
      return action.claim;
    case 'holdVolume':
      return action.volume;
    case 'preempt':
      return action.victim;
    default:
      return action.pod;
  }
}

import type { Pod, PodCondition } from '../../api/generated/core-v1.js';

/** The one deed: a Pod that has not ended is marked Failed, and the Pod removed. */
export interface PodGcAction {
  readonly type: 'remove';
  readonly pod: Pod;
  readonly condition?: PodCondition;
}

/** Names an action in a log line or an error. */
export function describeAction({ type, pod }: PodGcAction): string {
  return `${type} ${pod.metadata?.namespace}/${pod.metadata?.name}`;
}

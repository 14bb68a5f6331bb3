import type { Node, Pod, PodStatus } from '../../api/generated/core-v1.js';
import type { Life } from './life.js';

/** One deed of the simulated node. */
export type SimulatedAction =
  | { readonly type: 'register'; readonly node: Node }
  | { readonly type: 'setNodeStatus'; readonly node: Node; readonly status: Node['status'] }
  | { readonly type: 'renewLease'; readonly node: Node }
  | {
      readonly type: 'startSandbox';
      readonly pod: Pod;
      /** The node's address; it is the Pod's as well when that shares the node's network. */
      readonly hostIP: string;
      readonly life?: Life | undefined;
    }
  | { readonly type: 'restart'; readonly pod: Pod; readonly life: Life }
  | { readonly type: 'tellBackOff'; readonly pod: Pod; readonly message: string }
  | { readonly type: 'setStatus'; readonly pod: Pod; readonly status: PodStatus }
  | { readonly type: 'stop'; readonly pod: Pod }
  | { readonly type: 'remove'; readonly pod: Pod };

/** Names an action in a log line or an error. */
export function describeAction(action: SimulatedAction): string {
  const { metadata } = 'pod' in action ? action.pod : action.node;
  return `${action.type} ${metadata?.namespace ?? ''}/${metadata?.name}`;
}

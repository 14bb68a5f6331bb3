import type { Node, NodeCondition, Pod, Taint } from '../../api/generated/core-v1.js';

/** One write about a node that is not well, or is well again. */
export type NodeLifecycleAction =
  | { readonly type: 'giveUp'; readonly node: Node; readonly conditions: readonly NodeCondition[] }
  | { readonly type: 'setTaints'; readonly node: Node; readonly taints: readonly Taint[] }
  | { readonly type: 'markNotReady'; readonly pod: Pod; readonly at: string };

/** Names an action in a log line or an error. */
export function describeAction(action: NodeLifecycleAction): string {
  const { metadata } = action.type === 'markNotReady' ? action.pod : action.node;
  return `${action.type} ${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}

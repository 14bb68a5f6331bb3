/** The rules that a node can break, by the names that Kubernetes gives the plugins behind them. */
export type Rule =
  | 'NodeUnschedulable'
  | 'NodeName'
  | 'TaintToleration'
  | 'NodeAffinity'
  | 'NodePorts'
  | 'NodeResourcesFit'
  | 'VolumeRestrictions'
  | 'VolumeBinding'
  | 'VolumeZone'
  | 'PodTopologySpread'
  | 'InterPodAffinity';

/** Why a node will not do, in Kubernetes' words. */
export interface Refusal {
  readonly rule: Rule;
  readonly reasons: readonly string[];
  /** Whether it could do if Pods left it. */
  readonly isResolvable: boolean;
  /** What would have to change, for a person. */
  readonly unblockedBy?: string;
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.`: every reason with the nodes that gave it. */
export function nodesMessage(reasons: readonly string[], total: number): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const listed = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${total} nodes are available: ${listed.join(', ')}.`;
}

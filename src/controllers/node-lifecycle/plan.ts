import type { Node, NodeCondition, Pod } from '../../api/generated/core-v1.js';
import { isPodReady, isTerminating } from '../../api/pods.js';
import type { Plan, Waiting } from '../../reconcile/contract.js';
import type { NodeLifecycleAction } from './actions.js';
import { graceMs, type NodeLifecycleFacts, periodMs } from './facts.js';
import { disruptionAround, readiness, rightTaints } from './taints.js';

/** Decides what a node's silence, and what it says of itself, means for the node and its Pods. */
export function planNodeLifecycle(facts: NodeLifecycleFacts, now: Date): Plan<NodeLifecycleAction> {
  const { node, nodes, pods, heardMs } = facts;
  if (isTerminating(node)) return { actions: [] };
  const at = `${now.toISOString().slice(0, 19)}Z`;
  const leftMs = heardMs + graceMs - now.getTime();
  const lookAgainAfterMs = leftMs > 0 ? Math.min(leftMs, periodMs) : periodMs;
  if (leftMs <= 0 && mayStillHope(node)) {
    // What follows from it is decided when it is written.
    return { actions: [{ type: 'giveUp', node, conditions: unknownConditions(node, at) }], lookAgainAfterMs };
  }
  const disruption = disruptionAround(node, nodes);
  const taints = rightTaints(node, disruption, at);
  const actions: NodeLifecycleAction[] = [];
  if (taints !== undefined) actions.push({ type: 'setTaints', node, taints });
  if (readiness(node) === 'Unknown') {
    for (const pod of pods) if (isPodReady(pod)) actions.push({ type: 'markNotReady', pod, at });
  }
  return { actions, ...waitOf(node, pods), lookAgainAfterMs };
}

const watched = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

function mayStillHope(node: Node): boolean {
  return watched.some((type) => {
    const found = node.status?.conditions?.find((condition) => condition.type === type);
    return found?.status !== 'Unknown';
  });
}

function unknownConditions(node: Node, at: string): readonly NodeCondition[] {
  const present = node.status?.conditions ?? [];
  const others = present.filter(({ type }) => !watched.includes(type));
  const unknown = watched.map((type): NodeCondition => {
    const found = present.find((condition) => condition.type === type);
    if (found === undefined) {
      return {
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata?.creationTimestamp,
        lastTransitionTime: at,
      };
    }
    if (found.status === 'Unknown') return found;
    const message = 'Kubelet stopped posting node status.';
    return { ...found, status: 'Unknown', reason: 'NodeStatusUnknown', message, lastTransitionTime: at };
  });
  return [...others, ...unknown];
}

function waitOf(node: Node, pods: readonly Pod[]): { readonly waitingFor?: Waiting } {
  const ready = readiness(node);
  if (ready === 'True') return {};
  const name = node.metadata?.name ?? '';
  const leaving = pods.filter(isTerminating).length;
  const stuck = leaving === 0 ? '' : `; ${leaving} of its Pods cannot be confirmed to have ended`;
  return {
    waitingFor: {
      reason: ready === 'Unknown' ? 'NodeUnreachable' : 'NodeNotReady',
      message: `node ${name} ${ready === 'Unknown' ? 'has stopped reporting' : 'reports that it is not ready'}${stuck}`,
      on: { kind: 'Node', name },
      unblockedBy: `the node's return, or: kubectl delete node ${name}`,
    },
  };
}

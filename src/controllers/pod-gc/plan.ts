import type { Node, Pod } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { PodGcAction } from './actions.js';
import { type EndedFacts, mostEnded, type PodFacts, type PodGcFacts, quarantineMs } from './facts.js';

/** Decides which Pods are removed because no node will do it. */
export function planPodGc(facts: PodGcFacts, now: Date): Plan<PodGcAction> {
  return facts.subject === 'ended' ? planEnded(facts) : planPod(facts, now);
}

function planEnded({ pods }: EndedFacts): Plan<PodGcAction> {
  const tooMany = pods.length - mostEnded;
  if (tooMany <= 0) return { actions: [] };
  const oldest = [...pods].sort(byEvictionAndAge).slice(0, tooMany);
  return { actions: oldest.map((pod) => ({ type: 'remove', pod })) };
}

function byEvictionAndAge(a: Pod, b: Pod): number {
  const evicted = Number(b.status?.reason === 'Evicted') - Number(a.status?.reason === 'Evicted');
  const created = (pod: Pod): string => pod.metadata?.creationTimestamp ?? '';
  const name = ({ metadata }: Pod): string => metadata?.name ?? '';
  return evicted || created(a).localeCompare(created(b)) || name(a).localeCompare(name(b));
}

function planPod({ pod, node, missedMs }: PodFacts, now: Date): Plan<PodGcAction> {
  const { nodeName } = pod.spec ?? {};
  if (!nodeName) return { actions: isTerminating(pod) ? [{ type: 'remove', pod }] : [] };
  if (node !== undefined) {
    return { actions: isTerminating(pod) && isOutOfService(node) ? [{ type: 'remove', pod }] : [] };
  }
  const leftMs = (missedMs ?? now.getTime()) + quarantineMs - now.getTime();
  if (leftMs > 0) {
    const { namespace, name = '' } = pod.metadata ?? {};
    return {
      actions: [],
      lookAgainAfterMs: leftMs,
      waitingFor: {
        reason: 'NodeGone',
        message: `node ${nodeName} does not exist any more: the Pod is removed soon`,
        on: { kind: 'Pod', namespace, name },
      },
    };
  }
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByPodGC',
    message: 'PodGC: node no longer exists',
    lastTransitionTime: `${now.toISOString().slice(0, 19)}Z`,
  };
  return { actions: [{ type: 'remove', pod, condition }] };
}

/** A person has said that the node is off, and it does not say otherwise. */
function isOutOfService({ spec, status }: Node): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return !ready && (spec?.taints ?? []).some(({ key }) => key === 'node.kubernetes.io/out-of-service');
}

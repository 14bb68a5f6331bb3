import type { Pod, Taint } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import { tolerates } from '../../api/tolerations.js';
import type { Plan } from '../../reconcile/contract.js';
import type { EvictionAction } from './actions.js';
import type { EvictionFacts } from './facts.js';

/** Decides whether a Pod may stay on its node for now, and until when. */
export function planEviction({ pod, taints }: EvictionFacts, now: Date): Plan<EvictionAction> {
  if (isTerminating(pod) || taints.length === 0) return { actions: [] };
  const deadline = Math.min(...taints.map(({ taint, sinceMs }) => sinceMs + patienceMs(pod, taint)));
  if (deadline === Number.POSITIVE_INFINITY) return { actions: [] };
  const leftMs = deadline - now.getTime();
  if (leftMs <= 0) {
    return { actions: [{ type: 'evict', pod, at: `${now.toISOString().slice(0, 19)}Z` }] };
  }
  const { namespace, name = '' } = pod.metadata ?? {};
  const keys = taints.map(({ taint }) => taint.key).join(', ');
  const until = new Date(deadline).toISOString().slice(0, 19);
  return {
    actions: [],
    lookAgainAfterMs: leftMs,
    waitingFor: {
      reason: 'TaintEviction',
      message: `node ${pod.spec?.nodeName} is tainted (${keys}): the Pod is deleted at ${until}Z unless that ends`,
      on: { kind: 'Pod', namespace, name },
      unblockedBy: `node ${pod.spec?.nodeName} losing the taint`,
    },
  };
}

/** How long a Pod tolerates a taint: not at all, for some time, or for ever. */
function patienceMs(pod: Pod, taint: Taint): number {
  const applying = (pod.spec?.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
  if (applying.length === 0) return 0;
  const seconds = applying.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
  return seconds.length === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.min(...seconds)) * 1000;
}

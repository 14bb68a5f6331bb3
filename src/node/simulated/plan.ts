import { semanticEqual } from '../../api/deep.js';
import type { Node, Pod, PodStatus } from '../../api/generated/core-v1.js';
import { isPodFinished, isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import { RENEW_MS } from '../lease.js';
import type { SimulatedAction } from './actions.js';
import { backingOff } from './container-status.js';
import type { NodeFacts, PodFacts, SimulatedFacts } from './facts.js';
import { fateOf } from './fate.js';
import { lifeIn, progressAt } from './life.js';
import { nodeConditions } from './node-object.js';
import { statusAt, statusStopped } from './status.js';

/** Decides what happens next to a Pod on paper, or to the Node object. A node that is lost does nothing that anyone sees. */
export function planSimulated(facts: SimulatedFacts, now: Date): Plan<SimulatedAction> {
  if (facts.isLost) return { actions: [] };
  if (facts.subject === 'node') return planNode(facts, now);
  return isTerminating(facts.pod) ? planStop(facts, now) : planRun(facts, now);
}

function planNode(facts: NodeFacts, now: Date): Plan<SimulatedAction> {
  const { node, wanted, wasRegistered, renewedMs } = facts;
  // Like a kubelet, it registers when it starts: whoever deletes the Node later wants it gone.
  if (node === undefined) return { actions: wasRegistered ? [] : [{ type: 'register', node: wanted }] };
  if (isTerminating(node)) return { actions: [] };
  const actions: SimulatedAction[] = [];
  const leftMs = renewedMs + RENEW_MS - now.getTime();
  if (leftMs <= 0) actions.push({ type: 'renewLease', node: wanted });
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  if (!ready || differs(node, wanted)) {
    const status = { ...wanted.status, conditions: nodeConditions(now) };
    actions.push({ type: 'setNodeStatus', node, status });
  }
  return { actions, lookAgainAfterMs: leftMs <= 0 ? RENEW_MS : leftMs };
}

/** Whether a Node from an earlier start had other room or another address. */
function differs({ status }: Node, { status: wanted }: Node): boolean {
  return (
    !semanticEqual(status?.allocatable, wanted?.allocatable) ||
    !semanticEqual(status?.addresses, wanted?.addresses)
  );
}

function planRun({ pod, sandbox, hostIP, defaults }: PodFacts, now: Date): Plan<SimulatedAction> {
  if (isPodFinished(pod)) return { actions: [] };
  // The runtime tells when it has started; nothing is written before there is an address to write.
  if (sandbox === undefined) return { actions: [{ type: 'startSandbox', pod, hostIP, life: lifeIn(pod) }] };
  const fate = fateOf(pod, defaults);
  const progress = progressAt(pod, { sandbox, fate }, now.getTime());
  const { nextMs, successor } = progress;
  // The runtime tells of this as well.
  if (successor !== undefined && successor.startedAtMs <= now.getTime())
    return { actions: [{ type: 'restart', pod, life: successor }] };
  const status = statusAt({ pod, sandbox, hostIP, ...progress, neverStarts: fate.neverStarts, now });
  const actions: SimulatedAction[] = semanticEqual(status, pod.status)
    ? []
    : [...backOffEvents(pod, status), { type: 'setStatus', pod, status }];
  return nextMs === undefined ? { actions } : { actions, lookAgainAfterMs: nextMs - now.getTime() };
}

/** A back-off is told when it begins. */
function backOffEvents(pod: Pod, status: PodStatus): SimulatedAction[] {
  const waits = backingOff(status);
  if (waits === undefined || waits.restartCount === backingOff(pod.status)?.restartCount) return [];
  const { name, namespace, uid } = pod.metadata ?? {};
  const where = `container ${waits.name} in pod ${name}_${namespace}(${uid})`;
  return [{ type: 'tellBackOff', pod, message: `Back-off restarting failed ${where} (simulated)` }];
}

function planStop(facts: PodFacts, now: Date): Plan<SimulatedAction> {
  const { pod, sandbox, defaults } = facts;
  const { stopMs } = fateOf(pod, defaults);
  if (sandbox === undefined || stopMs === 0 || isPodFinished(pod)) return { actions: lastSteps(facts, now) };
  if (sandbox.stoppingSinceMs === undefined)
    return { actions: [{ type: 'stop', pod }], lookAgainAfterMs: stopMs };
  const leftMs = sandbox.stoppingSinceMs + stopMs - now.getTime();
  return leftMs <= 0 ? { actions: lastSteps(facts, now) } : { actions: [], lookAgainAfterMs: leftMs };
}

/** A Pod that a finalizer keeps is still looked at: it must not seem to run. */
function lastSteps({ pod, hostIP }: PodFacts, now: Date): SimulatedAction[] {
  const kept = (pod.metadata?.finalizers ?? []).length > 0 && !isPodFinished(pod);
  const status = kept ? statusStopped({ pod, hostIP }, now) : undefined;
  return [
    ...(status === undefined ? [] : [{ type: 'setStatus', pod, status } as const]),
    { type: 'remove', pod },
  ];
}

import type { Pod } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import { withClaim } from '../../api/volume-match.js';
import type { Plan } from '../../reconcile/contract.js';
import type { SchedulerAction } from './actions.js';
import { type SchedulerFacts, schedulerName } from './facts.js';
import { refusalOf } from './filters.js';
import type { NodeView } from './node-view.js';
import { planPreemption } from './preemption.js';
import { bestNode } from './scores.js';
import { type Subject, subjectOf } from './subject.js';
import { nodesMessage, type Refusal, type Rule } from './verdict.js';
import { claimTrouble, delayedClaims, selectedNode, staticChoice } from './volumes.js';
import { promise, statusActions, waitOf } from './waits.js';

/** How long a Pod's claims may take before the Pod counts as unschedulable. */
const patienceMs = 2000;

/** Nobody may have told of a change that matters: a Pod without a place is looked at again after this time. */
const longestWaitMs = 300_000;

/** A plan, and which rules kept the Pod from the nodes: only what could change them is worth another look. */
export interface SchedulingPlan extends Plan<SchedulerAction> {
  readonly refusedBy?: readonly Rule[];
}

/** Decides where a Pod goes, or says, in Kubernetes' words, why it cannot go anywhere. */
export function planScheduling(facts: SchedulerFacts, now: Date): SchedulingPlan {
  const { pod, view, held } = facts;
  if (pod.spec?.nodeName || isTerminating(pod)) return { actions: [] };
  const outside = notOurs(pod) ?? gated(pod, now);
  if (outside !== undefined) return outside;
  if (held !== undefined) return { actions: [], waitingFor: held.waiting, lookAgainAfterMs: held.forMs };
  if (view.nodes.length === 0) {
    const message = 'no nodes available to schedule pods';
    return unschedulable(pod, { message, refusedBy: ['NodeName'], nominatedNodeName: undefined }, now);
  }
  const trouble = claimTrouble(facts);
  if (trouble !== undefined) return withoutClaims(facts, trouble, now);
  return findPlace(subjectOf(facts), now);
}

function notOurs(pod: Pod): SchedulingPlan | undefined {
  const { schedulerName: wanted = schedulerName } = pod.spec ?? {};
  if (wanted === schedulerName) return undefined;
  const message = `the Pod names scheduler "${wanted}", which is not part of this cluster`;
  const unblockedBy = `a program that binds Pods of schedulerName ${wanted}, or schedulerName ${schedulerName}`;
  return { actions: [], waitingFor: waitOf(pod, 'OtherScheduler', { message, unblockedBy }) };
}

function gated(pod: Pod, now: Date): SchedulingPlan | undefined {
  const gates = pod.spec?.schedulingGates ?? [];
  if (gates.length === 0) return undefined;
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  const unblockedBy = `removal of the Pod's scheduling gates: ${gates.map(({ name }) => name).join(', ')}`;
  return {
    actions: statusActions(pod, { reason: 'SchedulingGated', message, nominatedNodeName: undefined }, now),
    waitingFor: waitOf(pod, 'SchedulingGated', { message, unblockedBy }),
  };
}

/** Claims of a new Pod are mostly bound in a moment: that is no failure yet, and makes no Event. */
function withoutClaims({ pod, view }: SchedulerFacts, trouble: string, now: Date): SchedulingPlan {
  const total = view.nodes.length;
  const age = now.getTime() - Date.parse(pod.metadata?.creationTimestamp ?? '');
  const message = `0/${total} nodes are available: ${trouble}.`;
  if (age < patienceMs) {
    const waitingFor = waitOf(pod, 'WaitingForVolumes', { message });
    return { actions: [], waitingFor, lookAgainAfterMs: patienceMs, refusedBy: ['VolumeBinding'] };
  }
  const useless = `preemption: 0/${total} nodes are available: ${total} Preemption is not helpful for scheduling.`;
  return unschedulable(
    pod,
    { message: `${message} ${useless}`, refusedBy: ['VolumeBinding'], nominatedNodeName: undefined },
    now,
  );
}

function findPlace(subject: Subject, now: Date): SchedulingPlan {
  const { view, pod, facts } = subject;
  const promised = view.node(pod.status?.nominatedNodeName ?? '');
  if (promised !== undefined && refusalOf(subject, promised) === undefined) return place(subject, promised);
  const refusals = new Map<NodeView, Refusal>();
  const fit: NodeView[] = [];
  for (const node of view.nodes) {
    const refusal = refusalOf(subject, node);
    if (refusal === undefined) fit.push(node);
    else refusals.set(node, refusal);
  }
  const best = bestNode(subject, fit, facts.tieBreak);
  return best === undefined ? withoutPlace(subject, refusals, now) : place(subject, best);
}

/** Claims that wait for a consumer are told the node first, and volumes are held for them; the Pod follows when they are bound. */
function place({ facts }: Subject, { name: nodeName, node }: NodeView): SchedulingPlan {
  const { pod } = facts;
  if (delayedClaims(facts).length === 0 || node === undefined) {
    return { actions: [{ type: 'bind', pod, nodeName }] };
  }
  const actions: SchedulerAction[] = [];
  const status = promise(pod.status ?? {}, nodeName);
  if (status !== pod.status) actions.push({ type: 'setStatus', pod, status });
  const choices = staticChoice(facts, node) ?? [];
  for (const { claim, volume } of choices) {
    if (volume !== undefined) {
      const held = withClaim(volume, claim);
      if (held !== undefined) actions.push({ type: 'holdVolume', volume: held });
    } else if (claim.metadata?.annotations?.[selectedNode] !== nodeName) {
      actions.push({ type: 'selectNode', claim, nodeName });
    }
  }
  const names = choices.map(({ claim }) => claim.metadata?.name).join(', ');
  const message = `claims are being bound on ${nodeName}: ${names}`;
  return {
    actions,
    waitingFor: waitOf(pod, 'WaitingForVolumes', { message }),
    refusedBy: ['VolumeBinding'],
  };
}

function withoutPlace(subject: Subject, refusals: ReadonlyMap<NodeView, Refusal>, now: Date): SchedulingPlan {
  const { pod, priority } = subject;
  const all = [...refusals.values()];
  const why = nodesMessage(
    all.flatMap(({ reasons }) => reasons),
    refusals.size,
  );
  const refusedBy = [...new Set(all.map(({ rule }) => rule))];
  const preemption = planPreemption(subject, refusals);
  if (!preemption.possible) {
    const { message, keepsNomination } = preemption;
    const nominatedNodeName = keepsNomination ? pod.status?.nominatedNodeName : undefined;
    const unblockedBy = [...new Set(all.flatMap((refusal) => refusal.unblockedBy ?? []))].join('; or ');
    return unschedulable(
      pod,
      { message: `${why} preemption: ${message}`, refusedBy, nominatedNodeName, unblockedBy },
      now,
    );
  }
  const { node, victims } = preemption;
  const nodeName = node.name;
  const displaced = [...node.nominated.values()].filter((other) => other.priority < priority);
  const names = victims.map(({ key }) => key).join(', ');
  return {
    actions: [
      ...victims
        .filter((victim) => !isTerminating(victim.pod))
        .map((victim): SchedulerAction => ({ type: 'preempt', victim: victim.pod, pod, nodeName })),
      ...displaced.map((other): SchedulerAction => ({ type: 'unpromise', pod: other.pod })),
      ...statusActions(pod, { reason: 'Unschedulable', message: why, nominatedNodeName: nodeName }, now),
    ],
    waitingFor: waitOf(pod, 'WaitingForVictims', {
      message: why,
      unblockedBy: `the end of less important Pods on ${nodeName}: ${names}`,
    }),
    refusedBy,
    lookAgainAfterMs: longestWaitMs,
  };
}

interface NoPlace {
  readonly message: string;
  readonly refusedBy: readonly Rule[];
  readonly nominatedNodeName: string | undefined;
  readonly unblockedBy?: string;
}

function unschedulable(pod: Pod, noPlace: NoPlace, now: Date): SchedulingPlan {
  const { message, refusedBy, nominatedNodeName, unblockedBy } = noPlace;
  return {
    actions: statusActions(pod, { reason: 'Unschedulable', message, nominatedNodeName }, now),
    waitingFor: waitOf(pod, 'Unschedulable', { message, unblockedBy: unblockedBy || undefined }),
    refusedBy,
    lookAgainAfterMs: longestWaitMs,
  };
}

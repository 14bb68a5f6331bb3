import type { Node, Pod } from '../../api/generated/core-v1.js';
import { isTerminating, setPodCondition } from '../../api/pods.js';
import type { Plan, Waiting } from '../../reconcile/contract.js';
import type { SchedulerAction } from './actions.js';
import { allowsNode } from './affinity.js';
import type { SchedulerFacts } from './facts.js';
import { shortages } from './resources.js';
import { untolerated } from './taints.js';
import { claimTrouble, delayedClaims, selectedNode, volumesReach } from './volumes.js';

/** How long a Pod's claims may take before the Pod counts as unschedulable. */
const patienceMs = 2000;

/** Decides where a Pod goes, or says, in Kubernetes' words, why it cannot go anywhere. */
export function planScheduling(facts: SchedulerFacts, now: Date): Plan<SchedulerAction> {
  const { pod, nodes } = facts;
  if (pod.spec?.nodeName || isTerminating(pod)) return { actions: [] };
  if ((pod.spec?.schedulingGates ?? []).length > 0) {
    const message = 'Scheduling is blocked due to non-empty scheduling gates';
    return {
      actions: notScheduled(pod, { reason: 'SchedulingGated', message }, now),
      waitingFor: waitOf(pod, 'SchedulingGated', message),
    };
  }
  if (nodes.length === 0) return unschedulable(pod, 'no nodes available to schedule pods', now);
  const trouble = claimTrouble(facts);
  if (trouble !== undefined) {
    const message = `0/${nodes.length} nodes are available: ${trouble}.`;
    return isNew(pod, now) ? soon(pod, message) : unschedulable(pod, message, now);
  }
  const judged = nodes.map((node) => ({ node, reasons: reasonsAgainst(facts, node) }));
  const fit = judged.find(({ reasons }) => reasons.length === 0)?.node;
  return fit === undefined
    ? unschedulable(
        pod,
        summary(
          judged.flatMap(({ reasons }) => reasons),
          nodes.length,
        ),
        now,
      )
    : place(facts, fit.metadata?.name ?? '');
}

/** Claims of a new Pod are mostly bound in a moment: that is no failure yet, and makes no Event. */
function isNew(pod: Pod, now: Date): boolean {
  return now.getTime() - Date.parse(pod.metadata?.creationTimestamp ?? '') < patienceMs;
}

function soon(pod: Pod, message: string): Plan<SchedulerAction> {
  return { actions: [], waitingFor: waitOf(pod, 'WaitingForVolumes', message), lookAgainAfterMs: patienceMs };
}

function reasonsAgainst(facts: SchedulerFacts, node: Node): readonly string[] {
  const { pod, placed } = facts;
  if (node.spec?.unschedulable === true) return ['node(s) were unschedulable'];
  const taint = untolerated(pod, node);
  if (taint !== undefined) return [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`];
  if (!allowsNode(pod, node)) return ["node(s) didn't match Pod's node affinity/selector"];
  const neighbours = placed.filter((other) => other.spec?.nodeName === node.metadata?.name);
  const short = shortages(pod, node, neighbours);
  if (short.length > 0) return short;
  return volumesReach(facts, node) ? [] : ["node(s) didn't match PersistentVolume's node affinity"];
}

/** `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.` */
function summary(reasons: readonly string[], total: number): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const listed = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${total} nodes are available: ${listed.join(', ')}.`;
}

/** Claims that wait for a consumer are told the node first; the Pod follows when they are bound. */
function place(facts: SchedulerFacts, nodeName: string): Plan<SchedulerAction> {
  const open = delayedClaims(facts);
  if (open.length === 0) return { actions: [{ type: 'bind', pod: facts.pod, nodeName }] };
  const untold = open.filter((claim) => claim.metadata?.annotations?.[selectedNode] !== nodeName);
  const names = open.map((claim) => claim.metadata?.name).join(', ');
  return {
    actions: untold.map((claim) => ({ type: 'selectNode', claim, nodeName })),
    waitingFor: waitOf(facts.pod, 'WaitingForVolumes', `claims are being bound on ${nodeName}: ${names}`),
  };
}

function unschedulable(pod: Pod, message: string, now: Date): Plan<SchedulerAction> {
  return {
    actions: notScheduled(pod, { reason: 'Unschedulable', message }, now),
    waitingFor: waitOf(pod, 'Unschedulable', message),
  };
}

function notScheduled(pod: Pod, why: { reason: string; message: string }, now: Date): SchedulerAction[] {
  const lastTransitionTime = `${now.toISOString().slice(0, 19)}Z`;
  const before = pod.status ?? {};
  const status = setPodCondition(before, {
    type: 'PodScheduled',
    status: 'False',
    ...why,
    lastTransitionTime,
  });
  return status === before ? [] : [{ type: 'setStatus', pod, status }];
}

function waitOf(pod: Pod, reason: string, message: string): Waiting {
  const { namespace, name = '' } = pod.metadata ?? {};
  return { reason, message, on: { kind: 'Pod', namespace, name } };
}

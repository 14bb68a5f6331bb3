import { allowsNode } from '../../api/node-affinity.js';
import { untolerated } from '../../api/tolerations.js';
import { portsClash } from './host-ports.js';
import type { NodeView } from './node-view.js';
import { affinityTrouble } from './pod-affinity.js';
import { spreadTrouble } from './spread.js';
import type { Subject } from './subject.js';
import type { Refusal } from './verdict.js';
import { claimNames, exclusiveClaims, volumeTrouble } from './volumes.js';

type Filter = (subject: Subject, node: NodeView) => Refusal | undefined;

/** In the order of Kubernetes' default profile: the first that refuses a node gives the reason. */
const filters: readonly Filter[] = [
  unschedulable,
  nodeName,
  taints,
  nodeAffinity,
  ports,
  resources,
  exclusiveVolumes,
  volumes,
  spread,
  podAffinity,
];

/** Why a Pod may not go to a node; undefined when it may. Pods of no less priority that are to come there count as there. */
export function refusalOf(subject: Subject, node: NodeView): Refusal | undefined {
  if (node.nominated.size === 0) return firstRefusal(subject, node);
  const awaited = [...node.nominated.values()].filter(
    ({ key, priority }) => key !== subject.key && priority >= subject.priority,
  );
  if (awaited.length === 0) return firstRefusal(subject, node);
  // They may not come after all: the Pod has to fit with them and without them.
  const withThem = subject.view.attempt(() => {
    for (const pod of awaited) subject.view.place(pod, node.name);
    return firstRefusal(subject, node);
  });
  return withThem ?? firstRefusal(subject, node);
}

function firstRefusal(subject: Subject, node: NodeView): Refusal | undefined {
  if (subject.named?.has(node.name) === false) {
    return final('NodeAffinity', "node(s) didn't satisfy plugin(s) [NodeAffinity]");
  }
  for (const filter of filters) {
    const refusal = filter(subject, node);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** A refusal that stays, whichever Pods leave the node. */
function final(rule: Refusal['rule'], reason: string, unblockedBy?: string): Refusal {
  return {
    rule,
    reasons: [reason],
    isResolvable: false,
    ...(unblockedBy === undefined ? {} : { unblockedBy }),
  };
}

function resolvable(rule: Refusal['rule'], reason: string): Refusal {
  return { rule, reasons: [reason], isResolvable: true };
}

const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

function unschedulable({ pod }: Subject, { node, name }: NodeView): Refusal | undefined {
  if (node?.spec?.unschedulable !== true || untolerated(pod, [cordon]) === undefined) return undefined;
  return final('NodeUnschedulable', 'node(s) were unschedulable', `kubectl uncordon ${name}`);
}

function nodeName({ pod }: Subject, { name }: NodeView): Refusal | undefined {
  const wanted = pod.spec?.nodeName;
  return !wanted || wanted === name
    ? undefined
    : final('NodeName', "node(s) didn't match the requested node name");
}

function taints({ pod }: Subject, node: NodeView): Refusal | undefined {
  const taint = untolerated(pod, node.taints);
  if (taint === undefined) return undefined;
  const text = `{${taint.key}: ${taint.value ?? ''}}`;
  return final(
    'TaintToleration',
    'node(s) had untolerated taint(s)',
    `a toleration for taint ${text} (${taint.effect}) of node ${node.name}`,
  );
}

function nodeAffinity({ pod }: Subject, { node }: NodeView): Refusal | undefined {
  return node !== undefined && allowsNode(pod, node)
    ? undefined
    : final('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
}

function ports(subject: Subject, { pods }: NodeView): Refusal | undefined {
  if (subject.ports.length === 0) return undefined;
  for (const other of pods.values()) {
    if (other.ports.some((theirs) => subject.ports.some((ours) => portsClash(theirs, ours)))) {
      return resolvable('NodePorts', "node(s) didn't have free ports for the requested pod ports");
    }
  }
  return undefined;
}

function resources(subject: Subject, node: NodeView): Refusal | undefined {
  const { allocatable, requested, pods } = node;
  const reasons: string[] = [];
  let canBeFreed = true;
  if (pods.size + 1 > (allocatable.get('pods') ?? Number.POSITIVE_INFINITY)) reasons.push('Too many pods');
  for (const [name, amount] of subject.requests) {
    const whole = allocatable.get(name) ?? 0;
    if (amount <= 0 || amount <= whole - (requested.get(name) ?? 0)) continue;
    reasons.push(`Insufficient ${name}`);
    if (amount > whole) canBeFreed = false;
  }
  return reasons.length === 0 ? undefined : { rule: 'NodeResourcesFit', reasons, isResolvable: canBeFreed };
}

/** A claim of mode ReadWriteOncePod that is in use anywhere keeps its next user from every node. */
function exclusiveVolumes(subject: Subject): Refusal | undefined {
  const { facts, view, pod } = subject;
  const exclusive = exclusiveClaims(facts);
  if (exclusive.length === 0) return undefined;
  for (const { pod: other } of view.placed()) {
    if (other.metadata?.namespace !== pod.metadata?.namespace) continue;
    if (claimNames({ pod: other }).some((name) => exclusive.includes(name))) {
      return resolvable(
        'VolumeRestrictions',
        'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
      );
    }
  }
  return undefined;
}

function volumes({ facts }: Subject, { node }: NodeView): Refusal | undefined {
  if (facts.claims.length === 0 || node === undefined) return undefined;
  switch (volumeTrouble(facts, node)) {
    case undefined:
      return undefined;
    case 'affinity':
      return final('VolumeBinding', "node(s) didn't match PersistentVolume's node affinity");
    case 'zone':
      return final('VolumeZone', 'node(s) had no available volume zone');
    case 'nothingToBind':
      return final('VolumeBinding', "node(s) didn't find available persistent volumes to bind");
    case 'gone':
      return final(
        'VolumeBinding',
        'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
      );
  }
}

function spread(subject: Subject, node: NodeView): Refusal | undefined {
  switch (spreadTrouble(subject, node)) {
    case undefined:
      return undefined;
    case 'label':
      return final(
        'PodTopologySpread',
        "node(s) didn't match pod topology spread constraints (missing required label)",
      );
    case 'skew':
      return resolvable('PodTopologySpread', "node(s) didn't match pod topology spread constraints");
  }
}

function podAffinity(subject: Subject, node: NodeView): Refusal | undefined {
  switch (affinityTrouble(subject, node)) {
    case undefined:
      return undefined;
    case 'affinity':
      return final('InterPodAffinity', "node(s) didn't match pod affinity rules");
    case 'antiAffinity':
      return resolvable('InterPodAffinity', "node(s) didn't match pod anti-affinity rules");
    case 'standingAntiAffinity':
      return resolvable('InterPodAffinity', "node(s) didn't satisfy existing pods anti-affinity rules");
  }
}

import type { Node, Taint } from '../../api/generated/core-v1.js';

const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';

/** Conditions other than Ready that keep Pods away, and the status in which they do. */
const pressures: readonly (readonly [condition: string, key: string])[] = [
  ['MemoryPressure', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'node.kubernetes.io/disk-pressure'],
  ['PIDPressure', 'node.kubernetes.io/pid-pressure'],
  ['NetworkUnavailable', 'node.kubernetes.io/network-unavailable'],
];
const cordoned = 'node.kubernetes.io/unschedulable';

/** Taints that follow from a node's state, and that this controller alone puts and takes. */
const ours = new Set([notReady, unreachable, cordoned, ...pressures.map(([, key]) => key)]);

/** How far the trouble goes: it decides whether Pods are driven from a node that is not ready. */
export type Disruption = 'none' | 'zone' | 'everything';

/** Kubernetes' unhealthy-zone-threshold and large-cluster-size-threshold. */
const unhealthyPart = 0.55;
const smallZone = 50;

/** The status of a node's condition Ready; Unknown when it has none. */
export function readiness(node: Node): string {
  return conditionOf(node, 'Ready') ?? 'Unknown';
}

function conditionOf(node: Node, type: string): string | undefined {
  return node.status?.conditions?.find((condition) => condition.type === type)?.status;
}

/**
 * When no node is ready, or most of a small zone is not, the fault is more likely on this side of the wire: then nobody is
 * driven out.
 */
export function disruptionAround(node: Node, nodes: readonly Node[]): Disruption {
  if (nodes.every((other) => readiness(other) !== 'True')) return 'everything';
  const zone = zoneOf(node);
  const mates = nodes.filter((other) => zoneOf(other) === zone);
  const ill = mates.filter((other) => readiness(other) !== 'True').length;
  const partly = ill > 2 && ill < mates.length && ill / mates.length >= unhealthyPart;
  return partly && mates.length <= smallZone ? 'zone' : 'none';
}

function zoneOf({ metadata }: Node): string {
  const { labels = {} } = metadata ?? {};
  return `${labels['topology.kubernetes.io/region'] ?? ''}:${labels['topology.kubernetes.io/zone'] ?? ''}`;
}

/** The taints that a node should have: those of others as they are, ours by its state. Undefined when it has them. */
export function rightTaints(node: Node, disruption: Disruption, now: string): readonly Taint[] | undefined {
  const present = node.spec?.taints ?? [];
  const wanted = wantedTaints(node, disruption, present);
  const kept = present.filter(
    (taint) => !ours.has(taint.key) || wanted.some((other) => isSame(other, taint)),
  );
  const added = wanted
    .filter((taint) => !present.some((other) => isSame(other, taint)))
    .map((taint) => ({ ...taint, timeAdded: now }));
  return kept.length === present.length && added.length === 0 ? undefined : [...kept, ...added];
}

function isSame(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

function wantedTaints(node: Node, disruption: Disruption, present: readonly Taint[]): readonly Taint[] {
  const keys = pressures
    .filter(([condition]) => conditionOf(node, condition) === 'True')
    .map(([, key]) => key);
  if (node.spec?.unschedulable === true) keys.push(cordoned);
  const ready = readiness(node);
  const trouble = ready === 'True' ? undefined : ({ False: notReady }[ready] ?? unreachable);
  const taints = [...keys, ...(trouble === undefined ? [] : [trouble])].map((key) => ({
    key,
    effect: 'NoSchedule',
  }));
  if (trouble === undefined || disruption === 'everything') return taints;
  const driving = { key: trouble, effect: 'NoExecute' };
  const began = present.some(
    ({ key, effect }) => effect === 'NoExecute' && (key === notReady || key === unreachable),
  );
  return disruption === 'zone' && !began ? taints : [...taints, driving];
}

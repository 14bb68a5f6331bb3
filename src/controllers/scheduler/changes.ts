import { deepEqual } from '../../api/deep.js';
import type { Node, Pod } from '../../api/generated/core-v1.js';
import { isPodFinished, isTerminating } from '../../api/pods.js';
import type { CacheChange } from '../../client/client.js';
import { hardTaints } from './taints.js';
import type { Rule } from './verdict.js';

const roomRules: readonly Rule[] = [
  'NodeResourcesFit',
  'NodePorts',
  'VolumeRestrictions',
  'PodTopologySpread',
  'InterPodAffinity',
];
const companyRules: readonly Rule[] = ['PodTopologySpread', 'InterPodAffinity'];
const nodeRules: readonly Rule[] = [
  'NodeUnschedulable',
  'NodeName',
  'TaintToleration',
  'NodeAffinity',
  'NodePorts',
  'NodeResourcesFit',
  'VolumeBinding',
  'VolumeZone',
  'PodTopologySpread',
  'InterPodAffinity',
];

const labelRules: readonly Rule[] = [
  'NodeAffinity',
  'VolumeBinding',
  'VolumeZone',
  'PodTopologySpread',
  'InterPodAffinity',
];

/** The node that a Pod takes up room on: undefined when it is on none, or has ended. */
export function occupiedNode(pod: Pod | undefined): string | undefined {
  if (pod === undefined || isPodFinished(pod)) return undefined;
  return pod.spec?.nodeName || undefined;
}

/** Whether nothing about a Pod changed that the scheduler counts. */
export function countsTheSame(before: Pod, after: Pod): boolean {
  return (
    before.metadata?.uid === after.metadata?.uid &&
    occupiedNode(before) === occupiedNode(after) &&
    isTerminating(before) === isTerminating(after) &&
    before.status?.nominatedNodeName === after.status?.nominatedNodeName &&
    deepEqual(before.metadata?.labels, after.metadata?.labels) &&
    deepEqual(before.spec, after.spec)
  );
}

/** Which rules may judge otherwise after a Pod changed. */
export function rulesAfterPod({ before, after }: CacheChange<Pod>): readonly Rule[] {
  if (before !== undefined && after !== undefined && countsTheSame(before, after)) return [];
  const was = occupiedNode(before) ?? promisedNode(before);
  const is = occupiedNode(after) ?? promisedNode(after);
  // A Pod that stays where it is may ask for less than before.
  const shrunk = occupiedNode(before) !== undefined && !deepEqual(before?.spec, after?.spec);
  if (was !== undefined && (was !== is || shrunk)) return roomRules;
  return is === undefined ? [] : companyRules;
}

function promisedNode(pod: Pod | undefined): string | undefined {
  if (pod === undefined || pod.spec?.nodeName) return undefined;
  return pod.status?.nominatedNodeName || undefined;
}

/** Which rules may judge otherwise after a Node changed; its heartbeats change nothing. */
export function rulesAfterNode({ before, after }: CacheChange<Node>): readonly Rule[] {
  if (after === undefined) return companyRules;
  if (before === undefined) return nodeRules;
  const changed: (readonly Rule[])[] = [];
  if (!deepEqual(before.metadata?.labels, after.metadata?.labels)) changed.push(labelRules);
  if (!deepEqual(keepingAway(before), keepingAway(after)))
    changed.push(['TaintToleration', 'PodTopologySpread']);
  if (before.spec?.unschedulable !== after.spec?.unschedulable) changed.push(['NodeUnschedulable']);
  if (!deepEqual(before.status?.allocatable, after.status?.allocatable)) changed.push(['NodeResourcesFit']);
  return changed.flat();
}

/** A node that has become ready is no news before its taint is gone. */
function keepingAway(node: Node): readonly string[] {
  return [...new Set(hardTaints(node).map(({ key, effect, value }) => `${key}:${effect}:${value ?? ''}`))];
}

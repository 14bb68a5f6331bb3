import type { DaemonSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { isPodAvailable } from '../../api/pods.js';
import { generationLabel, nodeOf, revisionLabel, templateGeneration } from './daemon-pod.js';
import type { DaemonSetFacts } from './facts.js';
import type { NodeFailures } from './failure-memory.js';
import { type Standing, standingOn } from './standing.js';

/** One node and the set's Pods on it or made for it. */
export interface Place {
  readonly node: string;
  /** Undefined when there is no such node. */
  readonly standing: Standing | undefined;
  /** Those that are bound first, then the oldest first. */
  readonly pods: readonly Pod[];
}

/** What every stage of a plan looks at. */
export interface Situation {
  readonly set: DaemonSet;
  readonly hash: string;
  readonly now: Date;
  readonly places: readonly Place[];
  readonly failures: ReadonlyMap<string, NodeFailures>;
}

/** Puts the Pods to their nodes. */
export function situationOf(
  facts: DaemonSetFacts,
  pods: readonly Pod[],
  { hash, now }: Pick<Situation, 'hash' | 'now'>,
): Situation {
  const { set, nodes, failures } = facts;
  const byNode = groupByNode(pods);
  const podsOn = (node: string): readonly Pod[] => (byNode.get(node) ?? []).toSorted(byRank);
  const names = nodes.map(({ metadata }) => metadata?.name ?? '');
  const real = nodes.map((node, index): Place => {
    const name = names[index] ?? '';
    return { node: name, standing: standingOn(set, node), pods: podsOn(name) };
  });
  const gone = [...byNode.keys()].flatMap((node): Place[] =>
    names.includes(node) ? [] : [{ node, standing: undefined, pods: podsOn(node) }],
  );
  return { set, hash, now, failures, places: [...real, ...gone] };
}

function groupByNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = nodeOf(pod);
    if (node === undefined) continue;
    const there = byNode.get(node);
    if (there === undefined) byNode.set(node, [pod]);
    else there.push(pod);
  }
  return byNode;
}

function byRank(a: Pod, b: Pod): number {
  const bound = (pod: Pod): number => (pod.spec?.nodeName ? 0 : 1);
  const born = (pod: Pod): number => Date.parse(pod.metadata?.creationTimestamp ?? '') || 0;
  const name = (pod: Pod): string => pod.metadata?.name ?? '';
  return bound(a) - bound(b) || born(a) - born(b) || name(a).localeCompare(name(b));
}

/** Whether a Pod was made from the present template. */
export function isUpdated({ set, hash }: Pick<Situation, 'set' | 'hash'>, pod: Pod): boolean {
  const labels = pod.metadata?.labels ?? {};
  const generation = templateGeneration(set);
  return (
    labels[revisionLabel] === hash || (generation !== undefined && labels[generationLabel] === generation)
  );
}

/** Whether a Pod has been ready for the set's `minReadySeconds`. */
export function isAvailable({ set, now }: Pick<Situation, 'set' | 'now'>, pod: Pod): boolean {
  return isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now.getTime());
}

import { deepEqual } from '../../api/deep.js';
import type { Node, Pod, Taint } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isPodFinished } from '../../api/pods.js';
import type { Cache, CacheChange, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import { fromCache } from '../../reconcile/sources.js';
import type { EvictionFacts } from './facts.js';

/** The caches that the controller reads, and since when it has seen each taint that does not say itself. */
export interface EvictionView {
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
  readonly firstSeenMs: Map<string, number>;
  readonly nowMs: () => number;
}

/** Opens the controller's view. */
export function openView(client: Client, nowMs: () => number): EvictionView {
  const nodes = client.cache(kinds.Node);
  const firstSeenMs = new Map<string, number>();
  nodes.onChange(({ before, after }) => {
    const stands = new Set(drivingTaints(after).map((taint) => taintKey(after, taint)));
    for (const taint of drivingTaints(before)) {
      if (!stands.has(taintKey(before, taint))) firstSeenMs.delete(taintKey(before, taint));
    }
    for (const key of stands) if (!firstSeenMs.has(key)) firstSeenMs.set(key, nowMs());
  });
  return { pods: client.cache(kinds.Pod), nodes, firstSeenMs, nowMs };
}

function drivingTaints(node: Node | undefined): readonly Taint[] {
  return (node?.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}

function taintKey(node: Node | undefined, { key }: Taint): string {
  return `${node?.metadata?.uid ?? ''}:${key}`;
}

/** Reads a Pod and the taints of its node that drive Pods out; undefined when it is on none, or has ended. */
export function observe(view: EvictionView, key: string): EvictionFacts | undefined {
  const pod = view.pods.get(splitKey(key));
  if (pod === undefined || !pod.spec?.nodeName || isPodFinished(pod)) return undefined;
  const node = view.nodes.get({ name: pod.spec.nodeName });
  const taints = drivingTaints(node).map((taint) => {
    const added = Date.parse(taint.timeAdded ?? '');
    const seen = view.firstSeenMs.get(taintKey(node, taint)) ?? view.nowMs();
    return { taint, sinceMs: Number.isNaN(added) ? seen : added };
  });
  return { pod, taints };
}

/** A Pod is looked at when it gets to a tainted node or changes there, and all of a node's when its taints change. */
export function sources({ pods, nodes }: EvictionView): readonly KeySource<string>[] {
  return [
    fromCache(nodes, ({ before, after }: CacheChange<Node>) => {
      if (deepEqual(drivingTaints(before), drivingTaints(after))) return [];
      const name = (after ?? before)?.metadata?.name;
      return pods
        .list()
        .filter((pod) => pod.spec?.nodeName === name)
        .map(keyOf);
    }),
    fromCache(pods, ({ before, after }) => {
      const pod = after ?? before;
      if (pod === undefined) return [];
      const node = nodes.get({ name: pod.spec?.nodeName ?? '' });
      return drivingTaints(node).length > 0 ? [keyOf(pod)] : [];
    }),
  ];
}

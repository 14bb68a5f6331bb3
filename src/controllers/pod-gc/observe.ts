import type { Node, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isPodFinished, isTerminating } from '../../api/pods.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import { fromCache } from '../../reconcile/sources.js';
import { mostEnded, type PodGcFacts } from './facts.js';

/** The caches that the collector reads, and since when it has missed a node. */
export interface PodGcView {
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
  readonly missedMs: Map<string, number>;
  readonly ended: Set<string>;
  readonly nowMs: () => number;
}

const endedKey = 'ended';
const podPrefix = 'pod:';

/** Opens the collector's view. */
export function openView(client: Client, nowMs: () => number): PodGcView {
  const pods = client.cache(kinds.Pod);
  const ended = new Set<string>();
  pods.onChange(({ before, after }) => {
    if (after !== undefined && isPodFinished(after)) ended.add(keyOf(after));
    else if (before !== undefined) ended.delete(keyOf(before));
  });
  return { pods, nodes: client.cache(kinds.Node), missedMs: new Map(), ended, nowMs };
}

/** Reads a Pod and its node, or all Pods that have ended; undefined when the Pod is gone. */
export function observe(view: PodGcView, key: string): PodGcFacts | undefined {
  const { pods, nodes, missedMs, ended, nowMs } = view;
  if (key === endedKey) {
    return { subject: 'ended', pods: [...ended].flatMap((podKey) => pods.get(splitKey(podKey)) ?? []) };
  }
  const pod = pods.get(splitKey(key.slice(podPrefix.length)));
  if (pod === undefined) return undefined;
  const name = pod.spec?.nodeName ?? '';
  const node = name === '' ? undefined : nodes.get({ name });
  if (node !== undefined || name === '') missedMs.delete(name);
  else if (!missedMs.has(name)) missedMs.set(name, nowMs());
  return { subject: 'pod', pod, node, missedMs: missedMs.get(name) };
}

/** Pods that may be left behind: they are deleted, or their node is gone, or there are too many that have ended. */
export function sources({ pods, nodes, ended }: PodGcView): readonly KeySource<string>[] {
  const podsOn = (name: string | undefined): readonly string[] =>
    pods
      .list()
      .filter((pod) => pod.spec?.nodeName === name)
      .map((pod) => podPrefix + keyOf(pod));
  return [
    fromCache(nodes, ({ before, after }) => {
      const troubled = after === undefined || (after.spec?.taints ?? []).length > 0;
      return troubled || before === undefined ? podsOn((after ?? before)?.metadata?.name) : [];
    }),
    fromCache(pods, ({ after }) => {
      if (after === undefined) return [];
      const { nodeName } = after.spec ?? {};
      const left = isTerminating(after) || (nodeName && nodes.get({ name: nodeName }) === undefined);
      return [...(left ? [podPrefix + keyOf(after)] : []), ...(ended.size > mostEnded ? [endedKey] : [])];
    }),
  ];
}

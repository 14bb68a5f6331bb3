import type { Node, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache } from '../../reconcile/sources.js';
import { lostAnnotation } from './annotations.js';
import type { PodDelays, SimulatedFacts } from './facts.js';
import type { PaperRuntime } from './paper-runtime.js';

/** What the simulated node sees. */
export interface SimulatedView {
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
  readonly runtime: PaperRuntime;
  readonly wanted: Node;
  /** The node's own address. */
  readonly address: string;
  readonly defaults: PodDelays;
}

const nodeKey = 'node';
const podPrefix = 'pod:';

/** The Pods that are on a node, and the Node. */
export function openCaches(client: Client, nodeName: string): Pick<SimulatedView, 'pods' | 'nodes'> {
  return {
    pods: client.cache(kinds.Pod, { fieldSelector: `spec.nodeName=${nodeName}` }),
    nodes: client.cache(kinds.Node, { fieldSelector: `metadata.name=${nodeName}` }),
  };
}

/** Reads one Pod and what runs of it, or the Node; undefined when the Pod is gone. */
export async function observe(view: SimulatedView, key: string): Promise<SimulatedFacts | undefined> {
  await Promise.all([view.pods.synced, view.nodes.synced]);
  const { runtime, wanted } = view;
  const node = view.nodes.get({ name: wanted.metadata?.name ?? '' });
  if (node !== undefined) runtime.wasRegistered = true;
  const isLost = isNodeLost(node);
  if (key === nodeKey) {
    const { wasRegistered, renewedMs } = runtime;
    return { subject: 'node', node, wanted, isLost, wasRegistered, renewedMs };
  }
  const pod = view.pods.get(splitKey(key.slice(podPrefix.length)));
  if (pod === undefined) return undefined;
  const sandbox = runtime.get(pod.metadata?.uid ?? '');
  const { address: hostIP, defaults } = view;
  return { subject: 'pod', pod, sandbox, hostIP, defaults, isLost };
}

/** Whether a Node's annotation says that it cannot be reached. */
function isNodeLost(node: Node | undefined): boolean {
  return node?.metadata?.annotations?.[lostAnnotation] === 'true';
}

/** Whatever makes a Pod or the Node worth another look; what went is forgotten at once. */
export function sources({ pods, nodes, runtime }: SimulatedView): readonly KeySource<string>[] {
  return [
    (enqueue) => {
      enqueue(nodeKey);
      return () => undefined;
    },
    fromCache(nodes, ({ before, after }) => {
      const turned = isNodeLost(before) !== isNodeLost(after);
      return turned ? [nodeKey, ...pods.list().map((pod) => podPrefix + keyOf(pod))] : [nodeKey];
    }),
    (enqueue) => runtime.onChange((podKey) => enqueue(podPrefix + podKey)),
    fromCache(pods, (change) => {
      const uid = change.before?.metadata?.uid;
      if (uid !== undefined && change.after?.metadata?.uid !== uid) runtime.remove(uid);
      return bothSides(change, (pod) => [podPrefix + keyOf(pod)]);
    }),
  ];
}

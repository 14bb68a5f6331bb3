import type { Pod } from '../api/generated/core-v1.js';
import type { Cache } from '../client/client.js';
import { splitKey } from '../reconcile/keys.js';
import { type NodeContext, volumeObjects } from './context.js';
import type { PodFacts } from './facts.js';
import { earliest } from './planning/run.js';
import { planVolumes } from './volumes/index.js';

/** Reads what the plan for one Pod needs; undefined when it is not a Pod of this node. */
export function observePod(key: string, pods: Cache<Pod>, context: NodeContext): PodFacts | undefined {
  const pod = pods.get(splitKey(key));
  if (pod === undefined || pod.spec?.nodeName !== context.nodeName) return undefined;
  const { uid = '', name, namespace } = pod.metadata ?? {};
  const memory = context.memories.of(uid);
  const { version } = planVolumes({
    pod,
    objects: volumeObjects(context, pod),
    podsDir: context.sandbox.places.pods,
  });
  const earlier = context.view
    .pods()
    .find(
      (other) => other.uid !== uid && other.running && other.name === name && other.namespace === namespace,
    );
  return {
    pod,
    node: { name: context.nodeName, address: context.address },
    runtime: context.view.factsOf(uid),
    predecessor: earlier?.uid,
    volumes: {
      wanted: version,
      prepared: memory.preparedVolumes,
      released: memory.released,
      renewAtMs: earliest([...memory.tokens.values()].map(({ renewAtMs }) => renewAtMs)),
    },
    images: memory.images,
    probes: context.prober.factsOf(uid),
    operations: memory.operations,
    failures: memory.failures,
    evicted: memory.evicted,
    shuttingDown: context.isShuttingDown(),
  };
}

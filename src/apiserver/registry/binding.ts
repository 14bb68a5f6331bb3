import type { Binding, Pod, PodCondition } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import { setPodCondition } from '../../api/pods.js';
import { badRequest, conflict } from '../../api/status-error.js';
import type { Entry } from '../../store/store.js';
import { decode } from './codec.js';
import { timestamp, type Write } from './registry.js';
import { keyOf, type Resource } from './resources.js';
import { currentEntry, storeNext } from './update.js';

type Wanted = KubeObject & { readonly target?: Binding['target'] };

function nodeOf(binding: Wanted, name: string): string {
  const { kind = 'Node', name: node } = binding.target ?? {};
  if (kind !== 'Node' || !node)
    throw badRequest(`binding of pod "${name}" refused: target has to be a Node with a name`);
  return node;
}

function bound(pod: Pod, binding: Wanted, now: number): Pod {
  const name = pod.metadata?.name ?? '';
  const node = nodeOf(binding, name);
  if (pod.metadata?.deletionTimestamp !== undefined) {
    throw conflict(kinds.Pod, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  }
  if (pod.spec?.nodeName)
    throw conflict(kinds.Pod, name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
  const wanted = binding.metadata?.uid;
  if (wanted !== undefined && wanted !== '' && wanted !== pod.metadata?.uid) {
    throw conflict(
      kinds.Pod,
      name,
      `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${pod.metadata?.uid ?? ''}`,
    );
  }
  const scheduled: PodCondition = {
    type: 'PodScheduled',
    status: 'True',
    lastTransitionTime: timestamp(now),
  };
  // The promise of a node is kept, or broken, by now.
  const { nominatedNodeName: _kept, ...status } = pod.status ?? {};
  const annotations = { ...pod.metadata?.annotations, ...binding.metadata?.annotations };
  return {
    ...pod,
    metadata: { ...pod.metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: { ...pod.spec, containers: pod.spec?.containers ?? [], nodeName: node },
    status: setPodCondition(status, scheduled),
  };
}

/** Assigns a Pod to a node; it can be done once. */
export function bindPod(
  write: Write,
  { resource, key }: { readonly resource: Resource; readonly key: ObjectKey },
  binding: Wanted,
): Promise<Entry> {
  return write.registry.locks.run(keyOf(resource, key.namespace, key.name), async () => {
    const entry = currentEntry(write.registry, resource, key);
    const current = decode(entry, kinds.Pod);
    const next = bound(current, binding, write.registry.clock.now());
    return storeNext(write, resource, { entry, current, next });
  });
}

import type { OwnerReference } from '../../api/generated/meta-v1.js';
import { isStoredForm } from '../../api/kinds/row.js';
import { type KindRow, kindRows, rowOfObject } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { isTerminating } from '../../api/pods.js';
import { isNotFound } from '../../api/status-error.js';
import type { Cache, Client } from '../../client/client.js';
import { foregroundFinalizer, type GarbageFacts, type Item, type Owner, type OwnerState } from './facts.js';
import { OwnershipGraph } from './ownership-graph.js';

/** The world as the collector sees it. */
export interface GarbageView {
  readonly client: Client;
  readonly graph: OwnershipGraph;
  readonly caches: readonly Cache<KubeObject>[];
}

/** Kinds that own or are owned; Events are neither, and come in crowds. */
export const collectedKinds: readonly KindRow[] = kindRows.filter(
  (row) =>
    isStoredForm(row) && row.kind !== 'Event' && row.verbs.includes('watch') && row.verbs.includes('delete'),
);

/** Opens a cache of every kind and follows them all, until the client is closed. */
export function openView(client: Client): GarbageView {
  const graph = new OwnershipGraph();
  const caches = collectedKinds.map((kind) => {
    const cache = client.cache(kind);
    cache.onChange((change) => graph.apply(kind, change));
    return cache;
  });
  return { client, graph, caches };
}

/** Reads everything about one object by its uid; undefined when it is gone. */
export async function observe(view: GarbageView, uid: string): Promise<GarbageFacts | undefined> {
  await Promise.all(view.caches.map((cache) => cache.synced));
  const item = view.graph.get(uid);
  if (item === undefined) return undefined;
  const leaves = isTerminating(item.object);
  const references = leaves ? [] : (item.object.metadata?.ownerReferences ?? []);
  const owners = await Promise.all(references.map((reference) => ownerOf(view, item, reference)));
  // A set of hundreds of Pods is looked at whenever one of them comes or goes: while it stays, nothing becomes of them.
  const stays = !leaves && owners.every(({ state }) => state === 'present');
  return { item, owners, dependents: stays ? [] : view.graph.dependentsOf(uid) };
}

async function ownerOf(view: GarbageView, item: Item, reference: OwnerReference): Promise<Owner> {
  const row = rowOfObject(reference.apiVersion, reference.kind);
  if (row === undefined) return { reference, state: 'unknown-kind' };
  if (row.namespaced && !item.kind.namespaced) return { reference, state: 'out-of-reach' };
  const known = view.graph.get(reference.uid);
  if (known !== undefined) return { reference, state: stateOf(item, known, reference) };
  // Absent from the cache may only mean that its watch is behind: before anything is deleted for it, the server is asked.
  const namespace = row.namespaced ? item.object.metadata?.namespace : undefined;
  try {
    const object = await view.client.get(row, { namespace, name: reference.name });
    return { reference, state: object.metadata?.uid === reference.uid ? livingState(object) : 'absent' };
  } catch (error) {
    if (isNotFound(error)) return { reference, state: 'absent' };
    throw error;
  }
}

/** An owner counts only if it is what the reference says and, where it has a namespace, in the same one. */
function stateOf(item: Item, owner: Item, reference: OwnerReference): OwnerState {
  const { kind, object } = owner;
  const same = kind.kind === reference.kind && object.metadata?.name === reference.name;
  const near = !kind.namespaced || object.metadata?.namespace === item.object.metadata?.namespace;
  if (!near) return 'elsewhere';
  return same ? livingState(object) : 'absent';
}

function livingState(object: KubeObject): OwnerState {
  const waits = isTerminating(object) && object.metadata?.finalizers?.includes(foregroundFinalizer) === true;
  return waits ? 'waits-for-dependents' : 'present';
}

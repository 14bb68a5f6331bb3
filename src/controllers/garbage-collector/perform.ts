import type { OwnerReference } from '../../api/generated/meta-v1.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { GarbageAction } from './actions.js';
import type { Item } from './facts.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

function tellInvalid(events: EventRecorder, { kind, object }: Item, reference: OwnerReference): void {
  const { apiVersion, kind: ownerKind, name, uid } = reference;
  const namespace = object.metadata?.namespace ?? '';
  const owner = `[${apiVersion}/${ownerKind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
  const message = `ownerRef ${owner} does not exist in namespace "${namespace}"`;
  events.event(referenceTo(kind, object), 'Warning', 'OwnerRefInvalidNamespace', message);
}

/** Makes the one write of an action, guarded by the object's uid, and for a deletion by its resourceVersion. */
export async function perform({ client, events }: PerformDeps, action: GarbageAction): Promise<void> {
  const { kind, object } = action.item;
  const { namespace, name = '', uid, resourceVersion } = object.metadata ?? {};
  try {
    switch (action.type) {
      case 'delete': {
        const preconditions = { uid, resourceVersion };
        await client.delete(
          kind,
          { namespace, name },
          { preconditions, propagationPolicy: action.propagation },
        );
        return;
      }
      case 'removeOwners': {
        const gone = new Set(action.uids);
        await client.modify(kind, { namespace, name, uid }, (current) => {
          const references = current.metadata?.ownerReferences ?? [];
          const kept = references.filter((reference) => !gone.has(reference.uid));
          if (kept.length === references.length) return undefined;
          return { ...current, metadata: { ...current.metadata, ownerReferences: kept } };
        });
        return;
      }
      case 'unblockOwners':
        await client.modify(kind, { namespace, name, uid }, (current) => {
          const ownerReferences = (current.metadata?.ownerReferences ?? []).map((reference) => ({
            ...reference,
            ...(reference.blockOwnerDeletion === true && { blockOwnerDeletion: false }),
          }));
          return { ...current, metadata: { ...current.metadata, ownerReferences } };
        });
        return;
      case 'tellInvalid':
        tellInvalid(events, action.item, action.reference);
        return;
      case 'removeFinalizer':
        await client.modify(kind, { namespace, name, uid }, (current) => {
          const finalizers = current.metadata?.finalizers ?? [];
          if (!finalizers.includes(action.finalizer)) return undefined;
          const kept = finalizers.filter((finalizer) => finalizer !== action.finalizer);
          return { ...current, metadata: { ...current.metadata, finalizers: kept } };
        });
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

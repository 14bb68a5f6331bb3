import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { GarbageAction, Propagation } from './actions.js';
import { foregroundFinalizer, type GarbageFacts, type Item, orphanFinalizer } from './facts.js';
import { keyOfItem } from './item-key.js';

/** Decides what becomes of an object for the sake of its owners, and of its dependents when it is on its way out. */
export function planGarbage(facts: GarbageFacts): Plan<GarbageAction> {
  const { object } = facts.item;
  const finalizers = object.metadata?.finalizers ?? [];
  if (isTerminating(object) && finalizers.includes(orphanFinalizer)) return planOrphaning(facts);
  if (isTerminating(object) && finalizers.includes(foregroundFinalizer)) return planForeground(facts);
  return isTerminating(object) ? { actions: [] } : planByOwners(facts);
}

function planOrphaning({ item, dependents }: GarbageFacts): Plan<GarbageAction> {
  const uid = item.object.metadata?.uid ?? '';
  const orphaned = dependents.map(
    (dependent): GarbageAction => ({ type: 'removeOwners', item: dependent, uids: [uid] }),
  );
  return { actions: [...orphaned, { type: 'removeFinalizer', item, finalizer: orphanFinalizer }] };
}

function planForeground({ item, dependents }: GarbageFacts): Plan<GarbageAction> {
  const uid = item.object.metadata?.uid;
  const blocking = dependents.filter(({ object }) =>
    (object.metadata?.ownerReferences ?? []).some(
      (owner) => owner.uid === uid && owner.blockOwnerDeletion === true,
    ),
  );
  const first = blocking[0];
  if (first === undefined)
    return { actions: [{ type: 'removeFinalizer', item, finalizer: foregroundFinalizer }] };
  const { namespace, name = '' } = first.object.metadata ?? {};
  const rest = blocking.length > 1 ? ` and ${blocking.length - 1} more` : '';
  const message = `${keyOfItem(item)} is deleted after its dependents: ${keyOfItem(first)}${rest}`;
  return {
    actions: [],
    waitingFor: { reason: 'DependentsRemain', message, on: { kind: first.kind.kind, namespace, name } },
  };
}

/** A living object stays as long as one of its owners does; of owners that it cannot have it is told. */
function planByOwners(facts: GarbageFacts): Plan<GarbageAction> {
  const { item, owners } = facts;
  const invalid = owners.filter(({ state }) => state === 'elsewhere' || state === 'out-of-reach');
  const told = invalid.map(({ reference }): GarbageAction => ({ type: 'tellInvalid', item, reference }));
  const plan = planByReach(facts);
  return { ...plan, actions: [...told, ...plan.actions] };
}

function planByReach({ item, owners, dependents }: GarbageFacts): Plan<GarbageAction> {
  const far = owners.find(({ state }) => state === 'out-of-reach');
  if (far !== undefined) {
    const { kind, name } = far.reference;
    const message = `${keyOfItem(item)} has no Namespace, and so cannot have ${kind} ${name} as an owner, which has one`;
    return { actions: [], waitingFor: { reason: 'OwnerOutOfReach', message } };
  }
  const unknown = owners.find(({ state }) => state === 'unknown-kind');
  if (unknown !== undefined) {
    const { apiVersion, kind, name } = unknown.reference;
    const message = `${keyOfItem(item)} has an owner of a kind that is not served here: ${apiVersion} ${kind} ${name}`;
    return { actions: [], waitingFor: { reason: 'OwnerKindUnknown', message } };
  }
  const lapsed = owners.filter(({ state }) => state !== 'present');
  if (lapsed.length === 0) return { actions: [] };
  if (lapsed.length < owners.length) {
    return { actions: [{ type: 'removeOwners', item, uids: lapsed.map(({ reference }) => reference.uid) }] };
  }
  const waited = owners.some(({ state }) => state === 'waits-for-dependents');
  if (waited && isInCircle(item, dependents)) return { actions: [{ type: 'unblockOwners', item }] };
  return {
    actions: [{ type: 'delete', item, propagation: propagationFor(item, waited && dependents.length > 0) }],
  };
}

/** An object whose owner waits for it while it would wait for that owner: nobody would ever go. */
function isInCircle({ object }: Item, dependents: readonly Item[]): boolean {
  const blocks = object.metadata?.ownerReferences?.some(
    ({ blockOwnerDeletion }) => blockOwnerDeletion === true,
  );
  return (
    blocks === true &&
    dependents.some(
      (dependent) =>
        isTerminating(dependent.object) &&
        dependent.object.metadata?.finalizers?.includes(foregroundFinalizer) === true,
    )
  );
}

function propagationFor({ object }: Item, isWaitedFor: boolean): Propagation {
  const finalizers = object.metadata?.finalizers ?? [];
  if (isWaitedFor || finalizers.includes(foregroundFinalizer)) return 'Foreground';
  return finalizers.includes(orphanFinalizer) ? 'Orphan' : 'Background';
}

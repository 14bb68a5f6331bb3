import type { OwnerReference } from '../../api/generated/meta-v1.js';
import type { Item } from './facts.js';
import { keyOfItem } from './item-key.js';

/** How dependents of a deleted object fare. */
export type Propagation = 'Orphan' | 'Background' | 'Foreground';

/** One write of the garbage collector. */
export type GarbageAction =
  | { readonly type: 'delete'; readonly item: Item; readonly propagation: Propagation }
  | { readonly type: 'removeOwners'; readonly item: Item; readonly uids: readonly string[] }
  | { readonly type: 'unblockOwners'; readonly item: Item }
  /** Tells, as a warning, of an owner in another Namespace than the object. */
  | { readonly type: 'tellInvalid'; readonly item: Item; readonly reference: OwnerReference }
  | { readonly type: 'removeFinalizer'; readonly item: Item; readonly finalizer: string };

/** Names an action in a log line or an error. */
export function describeAction(action: GarbageAction): string {
  return `${action.type} ${keyOfItem(action.item)}`;
}

import type { OwnerReference } from '../../api/generated/meta-v1.js';
import type { KindRow } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';

/** An object and its kind. */
export interface Item {
  readonly kind: KindRow;
  readonly object: KubeObject;
}

/** How the owner that a reference names stands. */
export type OwnerState =
  /** It is there. */
  | 'present'
  /** It is there, on its way out, and waits for its dependents to go first. */
  | 'waits-for-dependents'
  /** No object has that uid, kind, name and namespace. */
  | 'absent'
  /** It is there, but in another Namespace, where it cannot own this object; as good as absent. */
  | 'elsewhere'
  /** Its kind has Namespaces and the object's has none: nothing can be said of it, ever. */
  | 'out-of-reach'
  /** Its kind is not served here, so nothing can be said of it. */
  | 'unknown-kind';

/** One owner reference of an object and how its owner stands. */
export interface Owner {
  readonly reference: OwnerReference;
  readonly state: OwnerState;
}

/** All that a pass over one object looks at. */
export interface GarbageFacts {
  readonly item: Item;
  readonly owners: readonly Owner[];
  /** Objects that name this one as an owner; not looked for while it and all its owners are there to stay. */
  readonly dependents: readonly Item[];
}

/** Finalizer of an object whose dependents are to lose it as an owner. */
export const orphanFinalizer = 'orphan';
/** Finalizer of an object that goes after its dependents. */
export const foregroundFinalizer = 'foregroundDeletion';

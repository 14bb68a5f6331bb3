import type { Namespace } from '../../api/generated/core-v1.js';
import type { KindRow } from '../../api/kinds.js';

/** What is left of one kind in a Namespace. */
export interface Content {
  readonly kind: KindRow;
  readonly total: number;
  /** How many of them are not on their way out yet. */
  readonly living: number;
  /** Finalizers that hold what is on its way out, and how many objects each of them holds. */
  readonly finalizers: ReadonlyMap<string, number>;
}

/** All that a pass over one Namespace looks at. */
export interface NamespaceFacts {
  readonly namespace: Namespace;
  /** Read only for a Namespace that is being deleted. */
  readonly contents: readonly Content[];
}

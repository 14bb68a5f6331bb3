import type { KindRef, KubeObject } from '../../api/kube-object.js';

/** An object that every cluster has, as it is made. */
export interface SystemObject {
  readonly kind: KindRef;
  readonly object: KubeObject;
}

/** One of them, and whether it is there. */
export interface SystemObjectFacts {
  readonly wanted: SystemObject;
  /** Also while it is on its way out: there cannot be another one of its name before it is gone. */
  readonly isThere: boolean;
}

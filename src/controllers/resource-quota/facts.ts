import type { ResourceQuota } from '../../api/generated/core-v1.js';
import type { KindRef, KubeObject } from '../../api/kube-object.js';

/** The objects of one kind in the Namespace of a quota. */
export interface CountedObjects {
  readonly kind: KindRef;
  readonly objects: readonly KubeObject[];
}

/** All that a pass over one quota looks at. */
export interface QuotaFacts {
  readonly quota: ResourceQuota;
  /** Those of every kind that the quota counts. */
  readonly counted: readonly CountedObjects[];
}

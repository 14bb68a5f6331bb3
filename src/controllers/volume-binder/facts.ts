import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';

/** What a pass over a claim looks at. */
export interface ClaimFacts {
  readonly subject: 'claim';
  readonly claim: PersistentVolumeClaim;
  /** Every volume of the cluster. */
  readonly volumes: readonly PersistentVolume[];
  readonly classes: readonly StorageClass[];
  /** Pods of the namespace that name the claim. */
  readonly consumers: readonly Pod[];
}

/** What a pass over a volume looks at. */
export interface VolumeFacts {
  readonly subject: 'volume';
  readonly volume: PersistentVolume;
  /** The claim that the volume's `claimRef` names. */
  readonly claim: PersistentVolumeClaim | undefined;
}

/** What a pass of the binder looks at: one claim or one volume. */
export type BinderFacts = ClaimFacts | VolumeFacts;

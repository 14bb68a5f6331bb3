import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';

/** Finalizer of a claim that a Pod may be using. */
export const claimFinalizer = 'kubernetes.io/pvc-protection';
/** Finalizer of a volume that a claim may be bound to. */
export const volumeFinalizer = 'kubernetes.io/pv-protection';

/** A claim, and the Pods on a node that name it. */
export interface ClaimUse {
  readonly subject: 'claim';
  readonly claim: PersistentVolumeClaim;
  readonly users: readonly Pod[];
  /** Whether a Pod names it that has not ended, on a node or not. */
  readonly isWanted: boolean;
  /** Gate PersistentVolumeClaimUnusedSinceTime: condition Unused is kept. */
  readonly tellsUnused: boolean;
}

/** A volume. */
export interface VolumeUse {
  readonly subject: 'volume';
  readonly volume: PersistentVolume;
}

/** What a pass looks at: one claim or one volume. */
export type ProtectionFacts = ClaimUse | VolumeUse;

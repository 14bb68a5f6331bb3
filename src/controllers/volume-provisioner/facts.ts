import type { PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';

/** Who this provisioner is, as storage classes name it. */
export const provisionerName = 'holdfast.dev/directory';
/** Annotation of a volume: who made it, and so who removes it. */
export const provisionedBy = 'pv.kubernetes.io/provisioned-by';

/** A claim that may need a volume made. */
export interface ProvisionFacts {
  readonly subject: 'claim';
  readonly claim: PersistentVolumeClaim;
  readonly storageClass: StorageClass | undefined;
  /** The volume that was made for the claim, if it was. */
  readonly volume: PersistentVolume | undefined;
  readonly nodeName: string | undefined;
}

/** A volume that may have to be removed. */
export interface RemovalFacts {
  readonly subject: 'volume';
  readonly volume: PersistentVolume;
}

/** What a pass of the provisioner looks at. */
export type ProvisionerFacts = ProvisionFacts | RemovalFacts;

/** The name of the volume for a claim. */
export function volumeNameFor(claim: PersistentVolumeClaim): string {
  return `pvc-${claim.metadata?.uid}`;
}

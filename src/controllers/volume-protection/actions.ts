import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimStatus,
} from '../../api/generated/core-v1.js';

/** Sets or takes away a finalizer (the objects are whole, as they shall be), or writes a claim's conditions. */
export type ProtectionAction =
  | { readonly type: 'updateClaim'; readonly claim: PersistentVolumeClaim }
  | { readonly type: 'updateVolume'; readonly volume: PersistentVolume }
  | {
      readonly type: 'setClaimStatus';
      readonly claim: PersistentVolumeClaim;
      readonly status: PersistentVolumeClaimStatus;
    };

/** Names an action in a log line or an error. */
export function describeAction(action: ProtectionAction): string {
  const { metadata } = action.type === 'updateVolume' ? action.volume : action.claim;
  return `${action.type} ${metadata?.namespace ?? ''}/${metadata?.name}`;
}

import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimStatus,
  PersistentVolumeStatus,
} from '../../api/generated/core-v1.js';

/** One write of the binder; objects are whole, as they shall be. */
export type BinderAction =
  | { readonly type: 'updateVolume'; readonly volume: PersistentVolume }
  | { readonly type: 'updateClaim'; readonly claim: PersistentVolumeClaim }
  | {
      readonly type: 'setVolumeStatus';
      readonly volume: PersistentVolume;
      readonly status: PersistentVolumeStatus;
    }
  | {
      readonly type: 'setClaimStatus';
      readonly claim: PersistentVolumeClaim;
      readonly status: PersistentVolumeClaimStatus;
    };

/** Names an action in a log line or an error. */
export function describeAction(action: BinderAction): string {
  return 'volume' in action
    ? `${action.type} of PersistentVolume ${action.volume.metadata?.name}`
    : `${action.type} of PersistentVolumeClaim ${action.claim.metadata?.namespace}/${action.claim.metadata?.name}`;
}

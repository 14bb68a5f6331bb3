import type { PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.js';

/** Sets or takes away a finalizer; the objects are whole, as they shall be. */
export type ProtectionAction =
  | { readonly type: 'updateClaim'; readonly claim: PersistentVolumeClaim }
  | { readonly type: 'updateVolume'; readonly volume: PersistentVolume };

/** Names an action in a log line or an error. */
export function describeAction(action: ProtectionAction): string {
  const { metadata } = action.type === 'updateClaim' ? action.claim : action.volume;
  return `${action.type} ${metadata?.namespace ?? ''}/${metadata?.name}`;
}

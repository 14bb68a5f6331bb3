import { kinds } from '../../api/kinds.js';
import type { Client } from '../../client/client.js';
import type { BinderAction } from './actions.js';

/** Makes the one write of an action, guarded by resourceVersion or uid. */
export async function perform(client: Client, action: BinderAction): Promise<void> {
  switch (action.type) {
    case 'updateVolume':
      await client.update(kinds.PersistentVolume, action.volume);
      return;
    case 'updateClaim':
      await client.update(kinds.PersistentVolumeClaim, action.claim);
      return;
    case 'setVolumeStatus':
      await client.patchStatus(kinds.PersistentVolume, action.volume, action.status);
      return;
    case 'setClaimStatus':
      await client.patchStatus(kinds.PersistentVolumeClaim, action.claim, action.status);
  }
}

import { kinds } from '../../api/kinds.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { ProtectionAction } from './actions.js';

/** Makes the one write of an action, guarded by resourceVersion. */
export async function perform(client: Client, action: ProtectionAction): Promise<void> {
  try {
    if (action.type === 'updateClaim') await client.update(kinds.PersistentVolumeClaim, action.claim);
    else if (action.type === 'updateVolume') await client.update(kinds.PersistentVolume, action.volume);
    else await client.patchStatus(kinds.PersistentVolumeClaim, action.claim, action.status);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

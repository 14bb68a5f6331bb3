import { kinds } from '../../api/kinds.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { MirrorAction } from './actions.js';

/** Makes the one write of an action, guarded by resourceVersion or uid. */
export async function perform(client: Client, { type, slice }: MirrorAction): Promise<void> {
  if (type === 'createSlice') await client.create(kinds.EndpointSlice, slice);
  if (type === 'updateSlice') await client.update(kinds.EndpointSlice, slice);
  if (type !== 'deleteSlice') return;
  const { namespace, name = '', uid } = slice.metadata ?? {};
  try {
    await client.delete(kinds.EndpointSlice, { namespace, name }, { preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

import { isAlreadyExists } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { SystemObjectAction } from './actions.js';

/** Creates the object. */
export async function perform(client: Client, { wanted }: SystemObjectAction): Promise<void> {
  try {
    await client.create(wanted.kind, wanted.object);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

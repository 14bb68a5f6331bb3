import { kinds } from '../../api/kinds.js';
import { isAlreadyExists } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { RootCaAction } from './actions.js';

/** Creates the ConfigMap, or puts it right by its resourceVersion. */
export async function perform(client: Client, { type, config }: RootCaAction): Promise<void> {
  if (type === 'update') {
    await client.update(kinds.ConfigMap, config);
    return;
  }
  try {
    await client.create(kinds.ConfigMap, config);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

import { kinds } from '../../api/kinds.js';
import { isAlreadyExists } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { ServiceAccountAction } from './actions.js';

/** Creates the account. */
export async function perform(client: Client, { namespace }: ServiceAccountAction): Promise<void> {
  try {
    const metadata = { name: 'default', namespace };
    await client.create(kinds.ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

import { kinds } from '../../api/kinds.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { EventCleanerAction } from './actions.js';

/** Deletes one Event, unless it was told again in the meantime. */
export async function perform(client: Client, { event }: EventCleanerAction): Promise<void> {
  const { namespace, name = '', resourceVersion } = event.metadata ?? {};
  try {
    await client.delete(kinds.Event, { namespace, name }, { preconditions: { resourceVersion } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

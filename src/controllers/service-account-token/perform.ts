import { kinds } from '../../api/kinds.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { TokenSecretAction } from './actions.js';
import { type Filling, filled } from './contents.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly sign: Filling['sign'];
}

/** Makes the one write of an action, to exactly the Secret that was seen; one that is gone meanwhile needs nothing. */
export async function perform({ client, sign }: PerformDeps, action: TokenSecretAction): Promise<void> {
  const { namespace, name = '', uid } = action.secret.metadata ?? {};
  try {
    if (action.type === 'delete') {
      await client.delete(kinds.Secret, { namespace, name }, { preconditions: { uid } });
      return;
    }
    const { account, certificate } = action;
    const key = { namespace, name, ...(uid !== undefined && { uid }) };
    await client.modify(kinds.Secret, key, (current) => filled(current, { account, certificate, sign }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

import { kinds } from '../../api/kinds.js';
import type { Client } from '../../client/client.js';
import type { QuotaAction } from './actions.js';

/** Makes the one write of an action; by resourceVersion, so that what a quota limits is never written as it was before. */
export async function perform(client: Client, { quota, status }: QuotaAction): Promise<void> {
  await client.updateSub(kinds.ResourceQuota, { ...quota, status }, 'status');
}

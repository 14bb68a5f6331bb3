import { kinds } from '../../api/kinds.js';
import type { Client } from '../../client/client.js';
import type { EventCleanerFacts } from './facts.js';

/** Lists all Events: a cache of them would cost more than it saves. */
export async function observe(client: Client): Promise<EventCleanerFacts> {
  const { items } = await client.list(kinds.Event, undefined);
  return { events: items };
}

import type { LocalApi, UserInfo } from '../api/resource-api.js';
import type { Clock } from '../lib/clock.js';
import { type Logger, silentLogger } from '../lib/log.js';
import { systemClock } from '../lib/system-clock.js';
import type { Client } from './client.js';
import { CoreClient } from './core.js';

/** The API server of this process, as one named actor uses it. Its caches are in step with the store. */
export function createLocalClient(
  api: LocalApi,
  user: UserInfo,
  options: { readonly clock?: Clock; readonly log?: Logger } = {},
): Client {
  return new CoreClient({
    api: api.as(user),
    clock: options.clock ?? systemClock,
    log: options.log ?? silentLogger,
  });
}

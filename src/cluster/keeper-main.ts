import { readConfig } from '../lib/config.js';
import { systemClock } from '../lib/system-clock.js';
import { runKeeper } from './keeper/keeper.js';
import type { KeeperSettings } from './keeper/messages.js';
import { createPlainLog } from './keeper/plain-log.js';

const log = createPlainLog(systemClock, 2, { program: 'keeper' });

/** The one argument is what the command line or the daemon wrote a moment ago. */
const settings: KeeperSettings = JSON.parse(process.argv[2] ?? '{}');

process.on('SIGHUP', () => log.info('SIGHUP ignored'));
process.on('uncaughtException', (error) => {
  // A connection that breaks at a bad moment must not take the whole cluster's ports with it.
  log.error('uncaught', { error, stack: error.stack });
});

runKeeper({
  settings,
  clock: systemClock,
  log,
  env: readConfig().env,
  exit: (code) => process.exit(code),
}).catch((error: unknown) => {
  log.error('the keeper could not start', { error });
  process.exit(1);
});

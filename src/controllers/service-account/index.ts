import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planServiceAccount } from './plan.js';

/** Starts the ServiceAccount controller. */
export function startServiceAccount({ client, clock, log }: ControllerDeps): Running {
  const caches = openCaches(client);
  const reconciler = {
    name: 'service-account',
    observe: (key: string) => observe(caches, key),
    plan: planServiceAccount,
    perform: (action: Parameters<typeof perform>[1]) => perform(client, action),
  };
  return startReconciler({ reconciler, sources: sources(caches), clock, log, describeAction });
}

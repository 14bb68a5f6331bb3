import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction, type QuotaAction } from './actions.js';
import { QuotaWorld } from './observe.js';
import { perform } from './perform.js';
import { planQuota } from './plan.js';

/** Starts the controller of ResourceQuotas. */
export function startResourceQuota({ client, clock, log }: ControllerDeps): Running {
  const world = new QuotaWorld(client);
  const reconciler = {
    name: 'resourcequota',
    observe: (key: string) => world.observe(key),
    plan: planQuota,
    perform: (action: QuotaAction) => perform(client, action),
  };
  return startReconciler({ reconciler, sources: world.sources(), clock, log, describeAction });
}

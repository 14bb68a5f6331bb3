import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import { QuotaHolds } from '../../reconcile/quota-holds.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planCronJob } from './plan.js';

/** Starts the CronJob controller. */
export function startCronJob({ client, clock, log }: ControllerDeps): Running {
  const caches = openCaches(client);
  const events = createEventRecorder({ client, clock, component: 'cronjob-controller' });
  const reconciler = {
    name: 'cronjob',
    observe: (key: string) => observe(caches, key),
    plan: planCronJob,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, events }, action),
  };
  const holds = new QuotaHolds(client);
  return startReconciler({ reconciler, sources: sources(caches), clock, log, holds, describeAction });
}

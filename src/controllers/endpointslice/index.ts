import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planEndpointsOf } from './plan.js';

/** Starts the controller of EndpointSlices and Endpoints. */
export function startEndpointSlice({ client, clock, log }: ControllerDeps): Running {
  const caches = openCaches(client);
  const reconciler = {
    name: 'endpointslice',
    observe: (key: string) => observe(caches, key),
    plan: planEndpointsOf,
    perform: (action: Parameters<typeof perform>[1]) => perform(client, action),
  };
  return startReconciler({ reconciler, sources: sources(caches), clock, log, describeAction });
}

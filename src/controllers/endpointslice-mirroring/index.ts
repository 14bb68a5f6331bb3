import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planMirror } from './plan.js';

/** Starts the controller that mirrors hand-made Endpoints into EndpointSlices. */
export function startEndpointSliceMirroring({ client, clock, log }: ControllerDeps): Running {
  const caches = openCaches(client);
  const reconciler = {
    name: 'endpointslicemirroring',
    observe: (key: string) => observe(caches, key),
    plan: planMirror,
    perform: (action: Parameters<typeof perform>[1]) => perform(client, action),
  };
  return startReconciler({ reconciler, sources: sources(caches), clock, log, describeAction });
}

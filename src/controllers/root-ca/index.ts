import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planRootCa } from './plan.js';

/** Starts the controller that publishes the authority's certificate, PEM, in every Namespace. */
export function startRootCa(
  { client, clock, log }: ControllerDeps,
  { certificate }: { readonly certificate: Promise<string> },
): Running {
  const caches = openCaches(client);
  const reconciler = {
    name: 'root-ca',
    observe: (key: string) => observe(caches, key, certificate),
    plan: planRootCa,
    perform: (action: Parameters<typeof perform>[1]) => perform(client, action),
  };
  return startReconciler({ reconciler, sources: sources(caches), clock, log, describeAction });
}

import type { FeatureGates } from '../../api/feature-gates.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planProtection } from './plan.js';

/** Starts the controller that keeps claims and volumes from going while they are in use. */
export function startVolumeProtection({ client, clock, log }: ControllerDeps, gates: FeatureGates): Running {
  const caches = openCaches(client);
  const reconciler = {
    name: 'volume-protection',
    observe: (key: string) =>
      observe({ caches, tellsUnused: gates.PersistentVolumeClaimUnusedSinceTime }, key),
    plan: planProtection,
    perform: (action: Parameters<typeof perform>[1]) => perform(client, action),
  };
  return startReconciler({ reconciler, sources: sources(caches), clock, log, describeAction });
}

import { kinds } from '../../api/kinds.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder, referenceTo } from '../../reconcile/events.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { claimOfKey, observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planBinding } from './plan.js';
import { isWarning } from './waits.js';

/** Starts the controller that binds claims and volumes to each other. */
export function startVolumeBinder({ client, clock, log }: ControllerDeps): Running {
  const caches = openCaches(client);
  const events = createEventRecorder({ client, clock, component: 'persistentvolume-controller' });
  const reconciler = {
    name: 'volume-binder',
    observe: (key: string) => observe(caches, key),
    plan: planBinding,
    perform: (action: Parameters<typeof perform>[1]) => perform(client, action),
  };
  /** What a claim waits for is told once, in an Event of the claim. */
  const onWaiting = (key: string, waiting: Waiting | undefined): void => {
    const name = claimOfKey(key);
    const claim = name === undefined ? undefined : caches.claims.get(name);
    if (claim === undefined || waiting === undefined) return;
    const type = isWarning(waiting.reason) ? 'Warning' : 'Normal';
    events.event(referenceTo(kinds.PersistentVolumeClaim, claim), type, waiting.reason, waiting.message);
  };
  return startReconciler({ reconciler, sources: sources(caches), clock, log, onWaiting, describeAction });
}

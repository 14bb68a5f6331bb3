import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import type { SystemObject } from './facts.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planSystemObject } from './plan.js';

export type { SystemObject } from './facts.js';

/** Starts the controller that keeps the objects which every cluster has. */
export function startSystemObjects(
  { client, clock, log }: ControllerDeps,
  objects: readonly SystemObject[],
): Running {
  const kept = openCaches(client, objects);
  const reconciler = {
    name: 'system-objects',
    observe: (key: string) => observe(kept, key),
    plan: planSystemObject,
    perform: (action: Parameters<typeof perform>[1]) => perform(client, action),
  };
  return startReconciler({ reconciler, sources: sources(kept), clock, log, describeAction });
}

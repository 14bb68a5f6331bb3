import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction, type NodeLifecycleAction } from './actions.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planNodeLifecycle } from './plan.js';
import { SignsOfLife } from './signs-of-life.js';

/** Starts the controller that gives up silent nodes and taints those that are not well. */
export function startNodeLifecycle({ client, clock, log }: ControllerDeps): Running {
  const caches = openCaches(client);
  const observer = { caches, signs: new SignsOfLife(), nowMs: () => clock.now() };
  const events = createEventRecorder({ client, clock, component: 'node-controller' });
  const reconciler = {
    name: 'node-lifecycle',
    observe: async (key: string) => observe(observer, key),
    plan: planNodeLifecycle,
    perform: (action: NodeLifecycleAction) => perform({ client, events }, action),
  };
  return startReconciler({
    reconciler,
    sources: sources(caches),
    caches: Object.values(caches),
    clock,
    log,
    describeAction,
  });
}

import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planAutoscaler } from './plan.js';

/** Starts the controller of HorizontalPodAutoscalers. */
export function startHorizontalPodAutoscaler({ client, clock, log }: ControllerDeps): Running {
  const caches = openCaches(client);
  const events = createEventRecorder({ client, clock, component: 'horizontal-pod-autoscaler' });
  const reconciler = {
    name: 'horizontalpodautoscaler',
    observe: (key: string) => observe(caches, key),
    plan: planAutoscaler,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, events }, action),
  };
  return startReconciler({ reconciler, sources: sources(caches), clock, log, describeAction });
}

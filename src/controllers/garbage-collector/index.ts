import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { observe, openView } from './observe.js';
import { perform } from './perform.js';
import { planGarbage } from './plan.js';

/** Starts the garbage collector; its keys are uids. */
export function startGarbageCollector({ client, clock, log }: ControllerDeps): Running {
  const view = openView(client);
  const events = createEventRecorder({ client, clock, component: 'garbage-collector-controller' });
  const reconciler = {
    name: 'garbage-collector',
    observe: (uid: string) => observe(view, uid),
    plan: planGarbage,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, events }, action),
  };
  const sources = [(enqueue: (uid: string) => void) => view.graph.onChange(enqueue)];
  return startReconciler({ reconciler, sources, clock, log, workers: 8, describeAction });
}

import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { allEvents } from './facts.js';
import { observe } from './observe.js';
import { perform } from './perform.js';
import { planEventCleaning } from './plan.js';

/** Starts the cleaner of Events. */
export function startEventCleaner({ client, clock, log }: ControllerDeps): Running {
  const reconciler = {
    name: 'event-cleaner',
    observe: () => observe(client),
    plan: planEventCleaning,
    perform: (action: Parameters<typeof perform>[1]) => perform(client, action),
  };
  const once = (enqueue: (key: string) => void): (() => void) => {
    enqueue(allEvents);
    return () => undefined;
  };
  return startReconciler({ reconciler, sources: [once], clock, log, describeAction });
}

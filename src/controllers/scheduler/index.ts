import { kinds } from '../../api/kinds.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder, referenceTo } from '../../reconcile/events.js';
import { splitKey } from '../../reconcile/keys.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { observe, openCaches, schedulerName, sources } from './observe.js';
import { perform } from './perform.js';
import { planScheduling } from './plan.js';

/** Starts the scheduler. One Pod at a time: two must not be promised the same room. */
export function startScheduler({ client, clock, log }: ControllerDeps): Running {
  const caches = openCaches(client);
  const events = createEventRecorder({ client, clock, component: schedulerName });
  const reconciler = {
    name: 'scheduler',
    observe: (key: string) => observe(caches, key),
    plan: planScheduling,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, events }, action),
  };
  const onWaiting = (key: string, waiting: Waiting | undefined): void => {
    const pod = caches.pods.get(splitKey(key));
    if (pod === undefined || waiting?.reason !== 'Unschedulable') return;
    events.event(referenceTo(kinds.Pod, pod), 'Warning', 'FailedScheduling', waiting.message);
  };
  return startReconciler({
    reconciler,
    sources: sources(caches),
    clock,
    log,
    workers: 1,
    onWaiting,
    describeAction,
  });
}

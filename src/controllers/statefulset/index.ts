import type { FeatureGates } from '../../api/feature-gates.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { announceWaits } from './announce.js';
import { indexPods, observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planStatefulSet } from './plan.js';

/** Starts the StatefulSet controller. */
export function startStatefulSet({ client, clock, log }: ControllerDeps, gates: FeatureGates): Running {
  const caches = openCaches(client);
  const view = { caches, gates, podsBySet: indexPods(caches) };
  const events = createEventRecorder({ client, clock, component: 'statefulset-controller' });
  const reconciler = {
    name: 'statefulset',
    observe: (key: string) => observe(view, key),
    plan: planStatefulSet,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, events }, action),
  };
  const announcer = announceWaits({ sets: caches.sets, events, clock });
  const { onWaiting } = announcer;
  const driver = startReconciler({
    reconciler,
    sources: sources(caches),
    clock,
    log,
    onWaiting,
    describeAction,
  });
  const stop = async (): Promise<void> => {
    await driver.stop();
    announcer.stop();
  };
  return {
    name: driver.name,
    idle: () => driver.idle(),
    waiting: () => driver.waiting(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

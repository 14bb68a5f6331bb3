import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction, type PodGcAction } from './actions.js';
import { observe, openView, sources } from './observe.js';
import { perform } from './perform.js';
import { planPodGc } from './plan.js';

/** Starts the collector of Pods that no node will remove. */
export function startPodGc({ client, clock, log }: ControllerDeps): Running {
  const view = openView(client, () => clock.now());
  const reconciler = {
    name: 'pod-gc',
    observe: async (key: string) => observe(view, key),
    plan: planPodGc,
    perform: (action: PodGcAction) => perform(client, action),
  };
  return startReconciler({
    reconciler,
    sources: sources(view),
    caches: [view.pods, view.nodes],
    clock,
    log,
    describeAction,
  });
}

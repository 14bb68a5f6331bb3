import { kinds } from '../../api/kinds.js';
import { isPodActive } from '../../api/pods.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder, referenceTo } from '../../reconcile/events.js';
import { splitKey } from '../../reconcile/keys.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction, type EvictionAction } from './actions.js';
import { observe, openView, sources } from './observe.js';
import { perform } from './perform.js';
import { planEviction } from './plan.js';

/** Starts the controller that ends Pods on nodes with NoExecute taints. */
export function startTaintEviction({ client, clock, log }: ControllerDeps): Running {
  const view = openView(client, () => clock.now());
  const events = createEventRecorder({ client, clock, component: 'taint-eviction-controller' });
  const reconciler = {
    name: 'taint-eviction',
    observe: async (key: string) => observe(view, key),
    plan: planEviction,
    perform: (action: EvictionAction) => perform({ client, events }, action),
  };
  const due = new Set<string>();
  const onWaiting = (key: string, waiting: Waiting | undefined): void => {
    if (waiting !== undefined) due.add(key);
    else if (due.delete(key)) {
      const pod = view.pods.get(splitKey(key));
      const tainted = observe(view, key)?.taints.length !== 0;
      if (pod === undefined || !isPodActive(pod) || tainted) return;
      events.event(
        referenceTo(kinds.Pod, pod),
        'Normal',
        'TaintManagerEviction',
        `Cancelling deletion of Pod ${key}`,
      );
    }
  };
  return startReconciler({
    reconciler,
    sources: sources(view),
    caches: [view.pods, view.nodes],
    clock,
    log,
    onWaiting,
    describeAction,
  });
}

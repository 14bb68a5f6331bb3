import type { FeatureGates } from '../../api/feature-gates.js';
import { kinds } from '../../api/kinds.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import { QuotaHolds } from '../../reconcile/quota-holds.js';
import type { Running } from '../../reconcile/running.js';
import { objectIn, WaitAnnouncer } from '../../reconcile/wait-announcer.js';
import { describeAction, type StatefulSetAction } from './actions.js';
import { indexPods, observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planStatefulSet } from './plan.js';

/** Starts the StatefulSet controller. */
export function startStatefulSet({ client, clock, log }: ControllerDeps, gates: FeatureGates): Running {
  const caches = openCaches(client);
  const events = createEventRecorder({ client, clock, component: 'statefulset-controller' });
  const about = objectIn(caches.sets, kinds.StatefulSet);
  const announcer = new WaitAnnouncer({ clock, events, about });
  const lastingWait = (key: string): Waiting | undefined => announcer.lastingWait(key);
  const view = { caches, gates, podsBySet: indexPods(caches), lastingWait };
  return startReconciler({
    reconciler: {
      name: 'statefulset',
      observe: (key: string) => observe(view, key),
      plan: planStatefulSet,
      perform: (action: StatefulSetAction) => perform({ client, events }, action),
      // As in Kubernetes: the counts are right also while a Pod is refused.
      isReport: ({ type }: StatefulSetAction) => type === 'updateStatus',
    },
    sources: [...sources(caches), announcer.lasting],
    clock,
    log,
    announcer,
    holds: new QuotaHolds(client),
    describeAction,
  });
}

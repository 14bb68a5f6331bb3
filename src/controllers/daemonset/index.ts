import { kinds } from '../../api/kinds.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import { QuotaHolds } from '../../reconcile/quota-holds.js';
import type { Running } from '../../reconcile/running.js';
import { objectIn, WaitAnnouncer } from '../../reconcile/wait-announcer.js';
import { describeAction } from './actions.js';
import { FailureMemory } from './failure-memory.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planDaemonSet } from './plan.js';

/** Starts the DaemonSet controller. */
export function startDaemonSet({ client, clock, log }: ControllerDeps): Running {
  const failures = new FailureMemory();
  const view = { caches: openCaches(client), failures };
  const events = createEventRecorder({ client, clock, component: 'daemonset-controller' });
  const reconciler = {
    name: 'daemonset',
    observe: (key: string) => observe(view, key),
    plan: planDaemonSet,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, events, clock, failures }, action),
  };
  const about = objectIn(view.caches.sets, kinds.DaemonSet);
  const announcer = new WaitAnnouncer({ clock, events, about });
  const holds = new QuotaHolds(client);
  return startReconciler({
    reconciler,
    sources: sources(view),
    clock,
    log,
    announcer,
    holds,
    describeAction,
  });
}

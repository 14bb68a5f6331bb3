import { kinds } from '../../api/kinds.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import { QuotaHolds } from '../../reconcile/quota-holds.js';
import type { Running } from '../../reconcile/running.js';
import { objectIn, WaitAnnouncer } from '../../reconcile/wait-announcer.js';
import { describeAction } from './actions.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planJob } from './plan.js';
import { isWaitNews } from './waits.js';

/** Starts the Job controller. */
export function startJob({ client, clock, log }: ControllerDeps): Running {
  const caches = openCaches(client);
  const events = createEventRecorder({ client, clock, component: 'job-controller' });
  const reconciler = {
    name: 'job',
    observe: (key: string) => observe(caches, key),
    plan: planJob,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, events }, action),
  };
  const about = objectIn(caches.jobs, kinds.Job);
  const announcer = new WaitAnnouncer({ clock, events, about, isNews: isWaitNews });
  const holds = new QuotaHolds(client);
  return startReconciler({
    reconciler,
    sources: sources(caches),
    clock,
    log,
    announcer,
    holds,
    describeAction,
  });
}

import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import { QuotaHolds } from '../../reconcile/quota-holds.js';
import type { Running } from '../../reconcile/running.js';
import { objectIn, WaitAnnouncer } from '../../reconcile/wait-announcer.js';
import { describeAction } from './actions.js';
import type { Replicated } from './kind.js';
import {
  observe,
  openReplicaSetCaches,
  openReplicationControllerCaches,
  type ReplicaSetCaches,
  sources,
} from './observe.js';
import { perform } from './perform.js';
import { planReplicaSet } from './plan.js';

/** Starts the ReplicaSet controller. */
export function startReplicaSet(deps: ControllerDeps): Running {
  return start(deps, openReplicaSetCaches(deps.client));
}

/** Starts the same controller for ReplicationControllers. */
export function startReplicationController(deps: ControllerDeps): Running {
  return start(deps, openReplicationControllerCaches(deps.client));
}

function start<T extends Replicated>(
  { client, clock, log }: ControllerDeps,
  caches: ReplicaSetCaches<T>,
): Running {
  const { kind } = caches;
  const events = createEventRecorder({ client, clock, component: kind.component });
  const reconciler = {
    name: kind.name,
    observe: (key: string) => observe(caches, key),
    plan: planReplicaSet,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, events }, action),
  };
  const announcer = new WaitAnnouncer({ clock, events, about: objectIn(caches.sets, kind.row) });
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

import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import { provisionerName } from './facts.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planProvisioning } from './plan.js';
import type { VolumeStore } from './volume-store.js';

/** Where the provisioner's volumes live, and the node they are on; without one they are reached from every node. */
export interface ProvisionerOptions {
  readonly store: VolumeStore;
  readonly nodeName?: string;
}

/** Starts the provisioner of directories. */
export function startVolumeProvisioner(
  deps: ControllerDeps,
  { store, nodeName }: ProvisionerOptions,
): Running {
  const { client, clock, log } = deps;
  const caches = openCaches(client);
  const events = createEventRecorder({ client, clock, component: provisionerName });
  const reconciler = {
    name: 'volume-provisioner',
    observe: (key: string) => observe(caches, { key, nodeName }),
    plan: planProvisioning,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, events, store }, action),
  };
  return startReconciler({ reconciler, sources: sources(caches), clock, log, describeAction });
}

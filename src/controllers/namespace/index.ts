import { kinds } from '../../api/kinds.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { ownKeys } from '../../reconcile/sources.js';
import { describeAction } from './actions.js';
import { observe } from './observe.js';
import { perform } from './perform.js';
import { planNamespace } from './plan.js';

/** Starts the Namespace controller. */
export function startNamespace({ client, clock, log }: ControllerDeps): Running {
  const namespaces = client.cache(kinds.Namespace);
  const reconciler = {
    name: 'namespace',
    observe: (key: string) => observe({ client, namespaces }, key),
    plan: planNamespace,
    perform: (action: Parameters<typeof perform>[1]) => perform(client, action),
  };
  return startReconciler({ reconciler, sources: [ownKeys(namespaces)], clock, log, describeAction });
}

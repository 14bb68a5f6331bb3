import { kinds } from '../api/kinds.js';
import type { ControllerDeps } from '../reconcile/deps.js';
import { startReconciler } from '../reconcile/driver.js';
import type { Running } from '../reconcile/running.js';
import { fromCache } from '../reconcile/sources.js';
import type { ProxyAction } from './actions.js';
import { observe } from './observe.js';
import { perform, type RuleApplier } from './perform.js';
import { type ProxyFacts, plan } from './plan.js';

export { nftApplier, type RuleApplier } from './perform.js';

/** Keeps the kernel's rules in step with Services and EndpointSlices until it is stopped. */
export function startServiceProxy(deps: ControllerDeps, options: { readonly applier: RuleApplier }): Running {
  const services = deps.client.cache(kinds.Service);
  const slices = deps.client.cache(kinds.EndpointSlice);
  let applied: string | undefined;
  return startReconciler<'rules', ProxyFacts, ProxyAction>({
    reconciler: {
      name: 'service-proxy',
      observe: async () => {
        await Promise.all([services.synced, slices.synced]);
        return observe(services, slices, applied);
      },
      plan,
      perform: async (action, signal) => {
        await perform(action, options.applier, signal);
        applied = action.ruleset;
      },
    },
    sources: [fromCache(services, () => ['rules']), fromCache(slices, () => ['rules'])],
    clock: deps.clock,
    log: deps.log,
    workers: 1,
  });
}

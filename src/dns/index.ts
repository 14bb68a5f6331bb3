import type { EndpointSlice } from '../api/generated/discovery-v1.js';
import { kinds } from '../api/kinds.js';
import type { ControllerDeps } from '../reconcile/deps.js';
import { startReconciler } from '../reconcile/driver.js';
import { keyOf } from '../reconcile/keys.js';
import type { Running } from '../reconcile/running.js';
import { bothSides, fromCache, ownKeys } from '../reconcile/sources.js';
import type { DnsAction } from './actions.js';
import type { DnsHost } from './host.js';
import { observe, SERVICE_NAME_LABEL } from './observe.js';
import { type Published, perform } from './perform.js';
import { type DnsFacts, plan } from './plan.js';
import type { ResourceRecord } from './records.js';

export { type DnsHost, hostInWorker } from './host.js';

/** Where the zone is served and what it is called (`cluster.local`). */
export interface DnsOptions {
  readonly host: DnsHost;
  readonly zone: string;
}

/** Keeps the zone in step with Services, EndpointSlices and Namespaces until it is stopped. */
export async function startDns(deps: ControllerDeps, options: DnsOptions): Promise<Running> {
  const services = deps.client.cache(kinds.Service);
  const slices = deps.client.cache(kinds.EndpointSlice);
  const namespaces = deps.client.cache(kinds.Namespace);
  const published: Published = {
    records: new Map<string, readonly ResourceRecord[]>(),
    namespaces: new Set(),
  };
  const from = { zone: options.zone, services, slices, namespaces, published: published.records };
  const running = startReconciler<string, DnsFacts, DnsAction>({
    reconciler: {
      name: 'dns',
      observe: async (key) => observe(key, { ...from, publishedNamespaces: published.namespaces }),
      plan: (facts) => plan(facts),
      perform: async (action) => perform(action, options.host, published),
    },
    sources: [
      ownKeys(services),
      fromCache(slices, (change) => bothSides(change, serviceKeys)),
      fromCache(namespaces, (change) => bothSides(change, (namespace) => [`${keyOf(namespace)}/`])),
    ],
    clock: deps.clock,
    log: deps.log,
  });
  // Until the first pass over everything is through, the zone answers SERVFAIL, never "no such name" (C-17).
  await Promise.all([services.synced, slices.synced, namespaces.synced]);
  await running.idle();
  options.host.publish({ kind: 'synced' });
  return running;
}

function serviceKeys(slice: EndpointSlice): readonly string[] {
  const service = slice.metadata?.labels?.[SERVICE_NAME_LABEL];
  return service === undefined ? [] : [`${slice.metadata?.namespace ?? ''}/${service}`];
}

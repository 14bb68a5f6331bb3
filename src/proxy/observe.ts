import type { Service } from '../api/generated/core-v1.js';
import type { EndpointSlice } from '../api/generated/discovery-v1.js';
import type { Cache } from '../client/client.js';
import type { ProxyFacts } from './plan.js';

const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** Services with this label are somebody else's to serve (kube-proxy's own rule). */
const OTHER_PROXY_LABEL = 'service.kubernetes.io/service-proxy-name';

/** Reads all Services and their slices, in an order that does not depend on when they came. */
export function observe(
  services: Cache<Service>,
  slices: Cache<EndpointSlice>,
  applied: string | undefined,
): ProxyFacts {
  const byService = new Map<string, EndpointSlice[]>();
  for (const slice of slices.list()) {
    const owner = sliceOwner(slice);
    byService.set(owner, [...(byService.get(owner) ?? []), slice]);
  }
  const served = services
    .list()
    .filter((service) => service.metadata?.labels?.[OTHER_PROXY_LABEL] === undefined)
    .toSorted((a, b) => keyText(a).localeCompare(keyText(b)));
  return {
    services: served.map((service) => ({ service, slices: byService.get(keyText(service)) ?? [] })),
    applied,
  };
}

function keyText(object: Service): string {
  return `${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

function sliceOwner(slice: EndpointSlice): string {
  return `${slice.metadata?.namespace ?? ''}/${slice.metadata?.labels?.[SERVICE_NAME_LABEL] ?? ''}`;
}

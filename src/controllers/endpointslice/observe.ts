import type { Endpoints, Pod, Service } from '../../api/generated/core-v1.js';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';
import { kinds } from '../../api/kinds.js';
import { labelSelectorOf, matchesLabels } from '../../api/selectors.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyFor, keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import type { EndpointFacts } from './facts.js';
import {
  endpointsManagedByLabel,
  endpointsManager,
  serviceNameLabel,
  sliceManagedByLabel,
  sliceManager,
} from './labels.js';

/** The caches that the controller reads. */
export interface EndpointCaches {
  readonly services: Cache<Service>;
  readonly pods: Cache<Pod>;
  readonly slices: Cache<EndpointSlice>;
  readonly endpoints: Cache<Endpoints>;
}

/** Opens the controller's caches; of slices only those that it keeps itself. */
export function openCaches(client: Client): EndpointCaches {
  return {
    services: client.cache(kinds.Service),
    pods: client.cache(kinds.Pod),
    slices: client.cache(kinds.EndpointSlice, { labelSelector: `${sliceManagedByLabel}=${sliceManager}` }),
    endpoints: client.cache(kinds.Endpoints),
  };
}

/** Reads everything about one Service's endpoints; undefined when nothing of it is left. */
export async function observe(caches: EndpointCaches, key: string): Promise<EndpointFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  const { namespace, name } = splitKey(key);
  const service = caches.services.get({ namespace, name });
  const slices = caches.slices
    .list(namespace)
    .filter((slice) => slice.metadata?.labels?.[serviceNameLabel] === name);
  const endpoints = caches.endpoints.get({ namespace, name });
  if (service === undefined && slices.length === 0 && endpoints === undefined) return undefined;
  const selector = service?.spec?.selector;
  const pods =
    selector === undefined ? [] : caches.pods.list(namespace).filter((pod) => selects(selector, pod));
  return { service, pods, slices, endpoints };
}

function selects(selector: Readonly<Record<string, string>>, pod: Pod): boolean {
  return matchesLabels(labelSelectorOf({ matchLabels: selector }), pod.metadata?.labels);
}

/** Whatever makes a Service's key worth another look. */
export function sources(caches: EndpointCaches): readonly KeySource<string>[] {
  const keysOfPod = (pod: Pod): readonly string[] =>
    caches.services
      .list(pod.metadata?.namespace)
      .filter(({ spec }) => spec?.selector !== undefined && selects(spec.selector, pod))
      .map(keyOf);
  const keysOfSlice = (slice: EndpointSlice): readonly string[] => {
    const name = slice.metadata?.labels?.[serviceNameLabel];
    return name === undefined ? [] : [keyFor({ namespace: slice.metadata?.namespace, name })];
  };
  const keysOfEndpoints = (endpoints: Endpoints): readonly string[] =>
    endpoints.metadata?.labels?.[endpointsManagedByLabel] === endpointsManager ? [keyOf(endpoints)] : [];
  return [
    ownKeys(caches.services),
    fromCache(caches.pods, (change) => bothSides(change, keysOfPod)),
    fromCache(caches.slices, (change) => bothSides(change, keysOfSlice)),
    fromCache(caches.endpoints, (change) => bothSides(change, keysOfEndpoints)),
  ];
}

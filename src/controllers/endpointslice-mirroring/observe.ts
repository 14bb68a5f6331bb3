import type { Endpoints, Service } from '../../api/generated/core-v1.js';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyFor, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import type { MirrorFacts } from './facts.js';
import { managedByLabel, manager, serviceNameLabel } from './labels.js';

/** The caches that the controller reads. */
export interface MirrorCaches {
  readonly endpoints: Cache<Endpoints>;
  readonly services: Cache<Service>;
  readonly slices: Cache<EndpointSlice>;
}

/** Opens the controller's caches; of slices only those that it keeps itself. */
export function openCaches(client: Client): MirrorCaches {
  return {
    endpoints: client.cache(kinds.Endpoints),
    services: client.cache(kinds.Service),
    slices: client.cache(kinds.EndpointSlice, { labelSelector: `${managedByLabel}=${manager}` }),
  };
}

/** Reads everything about the Endpoints of one name; undefined when there is nothing to mirror and nothing to clear up. */
export async function observe(caches: MirrorCaches, key: string): Promise<MirrorFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  const { namespace, name } = splitKey(key);
  const endpoints = caches.endpoints.get({ namespace, name });
  const slices = caches.slices
    .list(namespace)
    .filter(({ metadata }) => metadata?.labels?.[serviceNameLabel] === name);
  if (endpoints === undefined && slices.length === 0) return undefined;
  return { endpoints, service: caches.services.get({ namespace, name }), slices };
}

/** Whatever makes a name worth another look. */
export function sources(caches: MirrorCaches): readonly KeySource<string>[] {
  const keysOfSlice = ({ metadata }: EndpointSlice): readonly string[] => {
    const name = metadata?.labels?.[serviceNameLabel];
    return name === undefined ? [] : [keyFor({ namespace: metadata?.namespace, name })];
  };
  return [
    ownKeys(caches.endpoints),
    ownKeys(caches.services),
    fromCache(caches.slices, (change) => bothSides(change, keysOfSlice)),
  ];
}

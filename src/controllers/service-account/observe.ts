import type { Namespace, ServiceAccount } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { fromCache, ownKeys } from '../../reconcile/sources.js';
import type { ServiceAccountFacts } from './facts.js';

/** The caches that the controller reads. */
export interface ServiceAccountCaches {
  readonly namespaces: Cache<Namespace>;
  readonly accounts: Cache<ServiceAccount>;
}

/** Opens the controller's caches. */
export function openCaches(client: Client): ServiceAccountCaches {
  return { namespaces: client.cache(kinds.Namespace), accounts: client.cache(kinds.ServiceAccount) };
}

/** Reads a Namespace and its account; undefined when the Namespace is gone. */
export async function observe(
  caches: ServiceAccountCaches,
  name: string,
): Promise<ServiceAccountFacts | undefined> {
  await Promise.all([caches.namespaces.synced, caches.accounts.synced]);
  const namespace = caches.namespaces.get({ name });
  if (namespace === undefined) return undefined;
  return { namespace, account: caches.accounts.get({ namespace: name, name: 'default' }) };
}

/** A Namespace is looked at when it changes and when its account goes. */
export function sources(caches: ServiceAccountCaches): readonly KeySource<string>[] {
  return [
    ownKeys(caches.namespaces),
    fromCache(caches.accounts, ({ before, after }) => {
      const namespace = before?.metadata?.namespace;
      return after === undefined && namespace !== undefined ? [namespace] : [];
    }),
  ];
}

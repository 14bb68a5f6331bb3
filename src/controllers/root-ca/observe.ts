import type { ConfigMap, Namespace } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import type { RootCaFacts } from './facts.js';
import { configName } from './plan.js';

/** The caches that the controller reads. */
export interface RootCaCaches {
  readonly namespaces: Cache<Namespace>;
  /** Only those of the one name. */
  readonly configs: Cache<ConfigMap>;
}

/** Opens the controller's caches. */
export function openCaches(client: Client): RootCaCaches {
  return {
    namespaces: client.cache(kinds.Namespace),
    configs: client.cache(kinds.ConfigMap, { fieldSelector: `metadata.name=${configName}` }),
  };
}

/** Reads a Namespace and its ConfigMap; undefined when the Namespace is gone. */
export async function observe(
  caches: RootCaCaches,
  name: string,
  certificate: Promise<string>,
): Promise<RootCaFacts | undefined> {
  await Promise.all([caches.namespaces.synced, caches.configs.synced]);
  const known = await certificate;
  const namespace = caches.namespaces.get({ name });
  if (namespace === undefined) return undefined;
  return { namespace, config: caches.configs.get({ namespace: name, name: configName }), certificate: known };
}

/** A Namespace is looked at when it changes and when its ConfigMap does. */
export function sources(caches: RootCaCaches): readonly KeySource<string>[] {
  return [
    ownKeys(caches.namespaces),
    fromCache(caches.configs, (change) => bothSides(change, ({ metadata }) => [metadata?.namespace ?? ''])),
  ];
}

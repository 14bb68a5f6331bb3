import type { Namespace, Service } from '../api/generated/core-v1.js';
import type { EndpointSlice } from '../api/generated/discovery-v1.js';
import type { Cache } from '../client/client.js';
import type { DnsFacts } from './plan.js';
import type { ResourceRecord } from './records.js';

/** The label by which a slice names its Service (discovery/v1 LabelServiceName). */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** What the observer reads: caches, and what was published last. */
export interface DnsSources {
  readonly zone: string;
  readonly services: Cache<Service>;
  readonly slices: Cache<EndpointSlice>;
  readonly namespaces: Cache<Namespace>;
  readonly published: ReadonlyMap<string, readonly ResourceRecord[]>;
  readonly publishedNamespaces: ReadonlySet<string>;
}

/** Reads the facts behind a key: `namespace/service`, or `namespace/` for the namespace itself. */
export function observe(key: string, from: DnsSources): DnsFacts {
  const slash = key.indexOf('/');
  const namespace = key.slice(0, slash);
  const name = key.slice(slash + 1);
  if (name === '') {
    const exists = from.namespaces.get({ name: namespace }) !== undefined;
    return { kind: 'namespace', name: namespace, exists, published: from.publishedNamespaces.has(namespace) };
  }
  const slices = from.slices
    .list(namespace)
    .filter((slice) => slice.metadata?.labels?.[SERVICE_NAME_LABEL] === name)
    .toSorted((a, b) => (a.metadata?.name ?? '').localeCompare(b.metadata?.name ?? ''));
  const service = from.services.get({ namespace, name });
  return { kind: 'service', key, zone: from.zone, service, slices, published: from.published.get(key) ?? [] };
}

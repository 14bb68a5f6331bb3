import type { Service, ServicePort } from '../api/generated/core-v1.js';
import type { Endpoint, EndpointPort, EndpointSlice } from '../api/generated/discovery-v1.js';
import type { Plan } from '../reconcile/contract.js';
import type { DnsAction } from './actions.js';
import type { ResourceRecord } from './records.js';
import { type DnsEndpoint, type DnsPort, type DnsService, recordsOf } from './service-records.js';

/** What one key of the zone shows: a Service with its slices, or a namespace. `published` is what the zone holds now. */
export type DnsFacts =
  | {
      readonly kind: 'service';
      readonly key: string;
      readonly zone: string;
      readonly service: Service | undefined;
      readonly slices: readonly EndpointSlice[];
      readonly published: readonly ResourceRecord[];
    }
  | {
      readonly kind: 'namespace';
      readonly name: string;
      readonly exists: boolean;
      readonly published: boolean;
    };

/** Decides what the zone must say; publishes only what differs. */
export function plan(facts: DnsFacts): Plan<DnsAction> {
  if (facts.kind === 'namespace') {
    if (facts.exists === facts.published) return { actions: [] };
    return { actions: [{ kind: 'namespace', name: facts.name, exists: facts.exists }] };
  }
  const service = facts.service && narrow(facts.service, facts.slices);
  const records = service === undefined ? [] : recordsOf(service, facts.zone);
  if (sameRecords(records, facts.published)) return { actions: [] };
  return { actions: [{ kind: 'publish', owner: facts.key, records }] };
}

/** Narrows a Service to what DNS needs; undefined when it has no name in the zone (no ClusterIP yet). */
export function narrow(service: Service, slices: readonly EndpointSlice[]): DnsService | undefined {
  const { metadata, spec } = service;
  const names = { name: metadata?.name ?? '', namespace: metadata?.namespace ?? '' };
  if (spec?.type === 'ExternalName') return { ...names, kind: 'external', target: spec.externalName ?? '' };
  if (spec?.clusterIP === 'None')
    return { ...names, kind: 'headless', endpoints: slices.flatMap(readyEndpoints) };
  const addresses = spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : []);
  if (addresses.length === 0) return undefined;
  return { ...names, kind: 'cluster', addresses, ports: (spec?.ports ?? []).map(servicePort) };
}

// Only ready endpoints are named; `ready` already says yes for all where publishNotReadyAddresses is set (C-6).
function readyEndpoints(slice: EndpointSlice): DnsEndpoint[] {
  const ports = (slice.ports ?? []).flatMap(endpointPort);
  return (slice.endpoints ?? [])
    .filter((endpoint) => endpoint.conditions?.ready !== false)
    .flatMap((endpoint) =>
      endpoint.addresses.map((address) => ({ host: hostOf(endpoint, address), address, ports })),
    );
}

function hostOf(endpoint: Endpoint, address: string): string {
  return endpoint.hostname ?? address.replaceAll(/[.:]/g, '-');
}

function servicePort(port: ServicePort): DnsPort {
  return { name: port.name ?? '', protocol: (port.protocol ?? 'TCP').toLowerCase(), port: port.port };
}

function endpointPort(port: EndpointPort): DnsPort[] {
  if (port.port === undefined) return [];
  return [{ name: port.name ?? '', protocol: (port.protocol ?? 'TCP').toLowerCase(), port: port.port }];
}

function sameRecords(left: readonly ResourceRecord[], right: readonly ResourceRecord[]): boolean {
  return left.length === right.length && JSON.stringify(left) === JSON.stringify(right);
}

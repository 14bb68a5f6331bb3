import type { Endpoints, Service } from '../generated/core-v1.js';
import type { EndpointSlice } from '../generated/discovery-v1.js';
import type { IPAddress, ServiceCIDR } from '../generated/networking-v1.js';
import {
  age,
  ageColumn,
  type KindPrinter,
  labelsText,
  nameColumn,
  nameOf,
  none,
  shortList,
  text,
  unset,
  wide,
} from './table.js';

function externalAddress({ spec, status }: Service): string {
  const given = (spec?.externalIPs ?? []).join(',');
  if (spec?.type === 'ExternalName') return spec.externalName ?? '';
  if (spec?.type !== 'LoadBalancer') return given || none;
  const balanced = (status?.loadBalancer?.ingress ?? [])
    .map(({ ip, hostname }) => ip || hostname || '')
    .join(',');
  return [balanced, given].filter((part) => part !== '').join(',') || '<pending>';
}

function portsText({ spec }: Service): string {
  const ports = (spec?.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.join(',') || none;
}

/** How Services are printed. */
export const servicePrinter: KindPrinter<Service> = {
  columns: [
    nameColumn,
    text('Type', 'How the Service is exposed.'),
    text('Cluster-IP', 'The address of the Service within the cluster.'),
    text('External-IP', 'The addresses of the Service from outside.'),
    text('Port(s)', 'The ports that the Service exposes.'),
    ageColumn,
    wide(text('Selector', 'Traffic goes to Pods with labels matching this selector.')),
  ],
  cells: (service, now) => [
    nameOf(service),
    service.spec?.type ?? '',
    service.spec?.clusterIPs?.[0] || service.spec?.clusterIP || none,
    externalAddress(service),
    portsText(service),
    age(service, now),
    labelsText(service.spec?.selector),
  ],
};

function endpointsText({ subsets }: Endpoints): string {
  const list = (subsets ?? []).flatMap(({ addresses, ports }) =>
    (ports ?? []).length === 0
      ? (addresses ?? []).map(({ ip }) => ip)
      : (ports ?? []).flatMap(({ port }) =>
          (addresses ?? []).map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  );
  return shortList(list, none);
}

/** How Endpoints are printed. */
export const endpointsPrinter: KindPrinter<Endpoints> = {
  columns: [nameColumn, text('Endpoints', 'The addresses and ports of the Service.'), ageColumn],
  cells: (endpoints, now) => [nameOf(endpoints), endpointsText(endpoints), age(endpoints, now)],
};

/** How EndpointSlices are printed. */
export const endpointSlicePrinter: KindPrinter<EndpointSlice> = {
  columns: [
    nameColumn,
    text('AddressType', 'The type of address carried by this EndpointSlice.'),
    text('Ports', 'The ports exposed by each endpoint of this slice.'),
    text('Endpoints', 'The endpoints of this slice.'),
    ageColumn,
  ],
  cells: (slice, now) => [
    nameOf(slice),
    slice.addressType,
    shortList(
      (slice.ports ?? []).map(({ name, port }) => String(port ?? name ?? '*')),
      unset,
    ),
    shortList(
      (slice.endpoints ?? []).flatMap(({ addresses }) => addresses ?? []),
      unset,
    ),
    age(slice, now),
  ],
};

/** How ServiceCIDRs are printed. */
export const serviceCidrPrinter: KindPrinter<ServiceCIDR> = {
  columns: [nameColumn, text('CIDRs', 'The ranges from which Services get their addresses.'), ageColumn],
  cells: (range, now) => [nameOf(range), (range.spec?.cidrs ?? []).join(','), age(range, now)],
};

/** How IPAddresses are printed. */
export const ipAddressPrinter: KindPrinter<IPAddress> = {
  columns: [nameColumn, text('ParentRef', 'The object that the address belongs to.')],
  cells: ({ metadata, spec }) => {
    const { group, resource, namespace, name } = spec?.parentRef ?? {};
    const type = [resource, group].filter(Boolean).join('.');
    return [metadata?.name ?? '', [type, namespace, name].filter(Boolean).join('/') || none];
  },
};

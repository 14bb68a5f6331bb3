import type { RecordData, ResourceRecord } from './records.js';
import { TYPE } from './records.js';

/** A named or unnamed port as DNS shows it; `protocol` is tcp, udp or sctp in lower case. */
export interface DnsPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
}

/** A ready endpoint of a headless Service: its label under the Service's name and its address. */
export interface DnsEndpoint {
  readonly host: string;
  readonly address: string;
  readonly ports: readonly DnsPort[];
}

/** A Service, narrowed to what DNS needs. */
export type DnsService = { readonly name: string; readonly namespace: string } & (
  | { readonly kind: 'cluster'; readonly addresses: readonly string[]; readonly ports: readonly DnsPort[] }
  | { readonly kind: 'headless'; readonly endpoints: readonly DnsEndpoint[] }
  | { readonly kind: 'external'; readonly target: string }
);

/** Seconds that an answer may be kept (CoreDNS' kubernetes plugin has the same default). */
export const TTL_SECONDS = 5;

/**
 * All records that one Service puts into the zone (Kubernetes DNS specification 1.1.0, sections 2.3 to 2.5).
 * An endpoint's own name is made from its hostname, else from its address with dashes.
 */
export function recordsOf(service: DnsService, zone: string): readonly ResourceRecord[] {
  const base = `${service.name}.${service.namespace}.svc.${zone}`.toLowerCase();
  switch (service.kind) {
    case 'cluster':
      return clusterRecords(base, service.addresses, service.ports);
    case 'headless':
      return headlessRecords(base, service.endpoints);
    case 'external':
      return [record(base, { type: TYPE.CNAME, target: service.target.toLowerCase().replace(/\.$/, '') })];
  }
}

function clusterRecords(
  base: string,
  addresses: readonly string[],
  ports: readonly DnsPort[],
): ResourceRecord[] {
  return [
    ...addresses.map((address) => record(base, addressData(address))),
    ...ports.flatMap((port) => srvNames(base, port).map((name) => record(name, srv(port.port, 100, base)))),
    ...addresses.map((address) => record(reverseName(address), { type: TYPE.PTR, target: base })),
  ];
}

function headlessRecords(base: string, endpoints: readonly DnsEndpoint[]): ResourceRecord[] {
  const weight = Math.max(1, Math.floor(100 / Math.max(1, endpoints.length)));
  return endpoints.flatMap((endpoint) => {
    const own = `${endpoint.host.toLowerCase()}.${base}`;
    const srvRecords = endpoint.ports.flatMap((port) =>
      srvNames(base, port).map((name) => record(name, srv(port.port, weight, own))),
    );
    return [
      record(base, addressData(endpoint.address)),
      record(own, addressData(endpoint.address)),
      ...srvRecords,
      record(reverseName(endpoint.address), { type: TYPE.PTR, target: own }),
    ];
  });
}

// An SRV query for the Service's own name is CoreDNS' extension; unnamed ports have nothing else.
function srvNames(base: string, port: DnsPort): string[] {
  return port.name === '' ? [base] : [`_${port.name}._${port.protocol}.${base}`.toLowerCase(), base];
}

function srv(port: number, weight: number, target: string): RecordData {
  return { type: TYPE.SRV, priority: 0, weight, port, target };
}

function record(name: string, data: RecordData): ResourceRecord {
  return { name, ttl: TTL_SECONDS, data };
}

/** A or AAAA data of an address. */
export function addressData(address: string): RecordData {
  return address.includes(':') ? { type: TYPE.AAAA, address } : { type: TYPE.A, address };
}

/** The in-addr.arpa or ip6.arpa name of an address. */
export function reverseName(address: string): string {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  const nibbles = groups.map((group) => group.padStart(4, '0')).join('');
  return `${[...nibbles].reverse().join('.')}.ip6.arpa`.toLowerCase();
}

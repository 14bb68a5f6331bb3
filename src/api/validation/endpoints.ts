import { duplicate, type FieldError, invalidValue, notSupported, required, tooMany } from '../field-error.js';
import type { EndpointAddress, Endpoints, EndpointPort as OldPort } from '../generated/core-v1.js';
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '../generated/discovery-v1.js';
import { ipMessages, isIPv4, isIPv6, specialIpMessages } from '../ip.js';
import { dns1123Label, dns1123Subdomain, isLabelValue, portNumber, qualifiedName } from '../names.js';
import { checkName, each, immutable, oneOf, optionalName, validateLabels } from './common.js';

const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;
const maxHints = 8;
const maxTopology = 16;
const protocols = ['SCTP', 'TCP', 'UDP'];
const addressTypes = ['FQDN', 'IPv4', 'IPv6'];

function validateAddress(path: string, address: string, type: string): FieldError[] {
  if (type === 'FQDN') {
    const qualified = address.replace(/\.$/, '').split('.').length > 1;
    const message = 'should be a domain with at least two segments separated by dots';
    return qualified ? checkName(path, address, dns1123Subdomain) : [invalidValue(path, address, message)];
  }
  const fits = type === 'IPv4' ? isIPv4(address) : isIPv6(address);
  if (!addressTypes.includes(type)) return [];
  if (!fits) return [invalidValue(path, address, `must be a valid ${type} address`)];
  return specialIpMessages(address).map((message) => invalidValue(path, address, message));
}

function validateHints(path: string, hints: EndpointHints | undefined): FieldError[] {
  return (['forZones', 'forNodes'] as const).flatMap((kind) => {
    const list = hints?.[kind] ?? [];
    if (list.length > maxHints) return [tooMany(`${path}.${kind}`, list.length, maxHints)];
    const names = list.map(({ name }) => name);
    return each(`${path}.${kind}`, list, (at, { name }, index) => [
      ...(names.indexOf(name) < index ? [duplicate(`${at}.name`, name)] : []),
      ...checkName(`${at}.name`, name, kind === 'forZones' ? isLabelValue : dns1123Subdomain),
    ]);
  });
}

function validateEndpoint(at: string, endpoint: Endpoint, type: string): FieldError[] {
  const { addresses = [], nodeName, hostname, hints, deprecatedTopology: topology } = endpoint;
  const path = `${at}.addresses`;
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'));
  if (addresses.length > maxAddresses) errors.push(tooMany(path, addresses.length, maxAddresses));
  const labels = Object.keys(topology ?? {}).length;
  return [
    ...errors,
    ...each(path, addresses, (place, address) => validateAddress(place, address, type)),
    ...(nodeName === undefined ? [] : checkName(`${at}.nodeName`, nodeName, dns1123Subdomain)),
    ...(labels > maxTopology ? [tooMany(`${at}.deprecatedTopology`, labels, maxTopology)] : []),
    ...validateLabels(`${at}.deprecatedTopology`, topology),
    ...(hostname === undefined ? [] : checkName(`${at}.hostname`, hostname, dns1123Label)),
    ...validateHints(`${at}.hints`, hints),
  ];
}

function validatePorts(ports: readonly EndpointPort[]): FieldError[] {
  if (ports.length > maxPorts) return [tooMany('ports', ports.length, maxPorts)];
  const names = ports.map(({ name = '' }) => name);
  return each('ports', ports, (at, port, index) => {
    const { name = '', port: number, protocol, appProtocol } = port;
    return [
      ...optionalName(`${at}.name`, name, dns1123Label),
      ...(names.indexOf(name) < index ? [duplicate(`${at}.name`, name)] : []),
      ...oneOf(`${at}.protocol`, protocol, protocols),
      ...(number === undefined
        ? []
        : portNumber(number).map((message) => invalidValue(`${at}.port`, number, message))),
      ...(appProtocol === undefined ? [] : checkName(`${at}.appProtocol`, appProtocol, qualifiedName)),
    ];
  });
}

/** A new EndpointSlice. */
export function validateEndpointSlice({ addressType, endpoints, ports }: EndpointSlice): FieldError[] {
  const list = endpoints ?? [];
  return [
    ...oneOf('addressType', addressType, addressTypes),
    ...(list.length > maxEndpoints
      ? [tooMany('endpoints', list.length, maxEndpoints)]
      : each('endpoints', list, (at, endpoint) => validateEndpoint(at, endpoint, addressType))),
    ...validatePorts(ports ?? []),
  ];
}

/** A change of an EndpointSlice. */
export function validateEndpointSliceUpdate(slice: EndpointSlice, old: EndpointSlice): FieldError[] {
  return [...validateEndpointSlice(slice), ...immutable('addressType', slice.addressType, old.addressType)];
}

function validateOldAddress(at: string, address: EndpointAddress): FieldError[] {
  const { ip = '', hostname, nodeName } = address;
  const messages = [...ipMessages(ip), ...specialIpMessages(ip)];
  return [
    ...messages.map((message) => invalidValue(`${at}.ip`, ip, message)),
    ...optionalName(`${at}.hostname`, hostname, dns1123Label),
    ...(nodeName === undefined ? [] : checkName(`${at}.nodeName`, nodeName, dns1123Subdomain)),
  ];
}

function validateOldPort(at: string, port: OldPort, needsName: boolean): FieldError[] {
  const { name, port: number, protocol, appProtocol } = port;
  return [
    ...(needsName && !name ? [required(`${at}.name`)] : optionalName(`${at}.name`, name, dns1123Label)),
    ...portNumber(number).map((message) => invalidValue(`${at}.port`, number ?? 0, message)),
    ...(protocol && !protocols.includes(protocol)
      ? [notSupported(`${at}.protocol`, protocol, protocols)]
      : []),
    ...(appProtocol === undefined ? [] : checkName(`${at}.appProtocol`, appProtocol, qualifiedName)),
  ];
}

/** An Endpoints object, new or changed. */
export function validateEndpoints({ subsets }: Endpoints): FieldError[] {
  return each('subsets', subsets, (at, { addresses = [], notReadyAddresses = [], ports = [] }) => [
    ...(addresses.length + notReadyAddresses.length === 0
      ? [required(at, 'must specify `addresses` or `notReadyAddresses`')]
      : []),
    ...each(`${at}.addresses`, addresses, validateOldAddress),
    ...each(`${at}.notReadyAddresses`, notReadyAddresses, validateOldAddress),
    ...each(`${at}.ports`, ports, (place, port) => validateOldPort(place, port, ports.length > 1)),
  ]);
}

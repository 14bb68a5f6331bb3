import { duplicate, type FieldError, invalidValue, required, tooMany } from '../field-error.js';
import type { Endpoints } from '../generated/core-v1.js';
import type { Endpoint, EndpointPort, EndpointSlice } from '../generated/discovery-v1.js';
import { ipMessages, isIPv4, isIPv6 } from '../ip.js';
import { dns1123Label, dns1123Subdomain, portNumber } from '../names.js';
import { checkName, immutable, oneOf } from './common.js';

const maxEndpoints = 1000;
const maxAddresses = 100;

function validateAddress(path: string, address: string, type: string): FieldError[] {
  if (type === 'IPv4' && !isIPv4(address))
    return [invalidValue(path, address, 'must be a valid IPv4 address')];
  if (type === 'IPv6' && !isIPv6(address))
    return [invalidValue(path, address, 'must be a valid IPv6 address')];
  return type === 'FQDN' ? checkName(path, address, dns1123Subdomain) : [];
}

function validateEndpoint(at: string, endpoint: Endpoint, type: string): FieldError[] {
  const addresses = endpoint.addresses ?? [];
  const errors = addresses.flatMap((address, index) =>
    validateAddress(`${at}.addresses[${index}]`, address, type),
  );
  if (addresses.length === 0) errors.push(required(`${at}.addresses`, 'must contain at least 1 address'));
  if (addresses.length > maxAddresses)
    errors.push(tooMany(`${at}.addresses`, addresses.length, maxAddresses));
  return endpoint.hostname
    ? [...errors, ...checkName(`${at}.hostname`, endpoint.hostname, dns1123Label)]
    : errors;
}

function validatePorts(ports: readonly EndpointPort[]): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `ports[${index}]`;
    const name = port.name ?? '';
    const errors = name === '' ? [] : checkName(`${at}.name`, name, dns1123Label);
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (port.port !== undefined)
      errors.push(...portNumber(port.port).map((message) => invalidValue(`${at}.port`, port.port, message)));
    return [...errors, ...oneOf(`${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP'])];
  });
}

/** A new EndpointSlice. */
export function validateEndpointSlice({ addressType, endpoints, ports }: EndpointSlice): FieldError[] {
  const list = endpoints ?? [];
  return [
    ...oneOf('addressType', addressType, ['FQDN', 'IPv4', 'IPv6']),
    ...(list.length > maxEndpoints ? [tooMany('endpoints', list.length, maxEndpoints)] : []),
    ...list.flatMap((endpoint, index) => validateEndpoint(`endpoints[${index}]`, endpoint, addressType)),
    ...validatePorts(ports ?? []),
  ];
}

/** A change of an EndpointSlice. */
export function validateEndpointSliceUpdate(slice: EndpointSlice, old: EndpointSlice): FieldError[] {
  return [...validateEndpointSlice(slice), ...immutable('addressType', slice.addressType, old.addressType)];
}

/** An Endpoints object, new or changed. */
export function validateEndpoints({ subsets }: Endpoints): FieldError[] {
  return (subsets ?? []).flatMap((subset, index) => {
    const at = `subsets[${index}]`;
    const addresses = [...(subset.addresses ?? []), ...(subset.notReadyAddresses ?? [])];
    if (addresses.length === 0) return [required(at, 'must specify `addresses` or `notReadyAddresses`')];
    return addresses.flatMap(({ ip }, number) =>
      ipMessages(ip ?? '').map((message) => invalidValue(`${at}.addresses[${number}].ip`, ip ?? '', message)),
    );
  });
}

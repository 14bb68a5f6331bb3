import { duplicate, type FieldError, invalidValue, required } from '../field-error.js';
import type { Container, PodDNSConfig, PodSpec } from '../generated/core-v1.js';
import { ipMessages } from '../ip.js';
import { dns1123Subdomain } from '../names.js';
import { checkName, each, oneOf } from './common.js';

const maxServers = 3;
const maxSearches = 32;
const maxSearchLength = 2048;
const policies = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];

function validateConfig(path: string, config: PodDNSConfig): FieldError[] {
  const { nameservers = [], searches = [], options } = config;
  const errors: FieldError[] = [];
  if (nameservers.length > maxServers) {
    const message = `must not have more than ${maxServers} nameservers`;
    errors.push(invalidValue(`${path}.nameservers`, nameservers, message));
  }
  errors.push(
    ...each(`${path}.nameservers`, nameservers, (at, server) =>
      ipMessages(server).map((message) => invalidValue(at, server, message)),
    ),
  );
  if (searches.length > maxSearches) {
    const message = `must not have more than ${maxSearches} search paths`;
    errors.push(invalidValue(`${path}.searches`, searches, message));
  }
  if (searches.join(' ').length > maxSearchLength) {
    const message = `must not have more than ${maxSearchLength} characters (including spaces) in the search list`;
    errors.push(invalidValue(`${path}.searches`, searches, message));
  }
  return [
    ...errors,
    ...each(`${path}.searches`, searches, (at, search) => {
      const name = search.replace(/\.$/, '');
      return search === '.' ? [] : checkName(at, name, dns1123Subdomain);
    }),
    ...each(`${path}.options`, options, (at, { name }) => (name ? [] : [required(at, 'must not be empty')])),
  ];
}

/** How names are resolved in a Pod. */
export function validateDns(path: string, { dnsPolicy, dnsConfig }: PodSpec): FieldError[] {
  const errors = oneOf(`${path}.dnsPolicy`, dnsPolicy, policies);
  const at = `${path}.dnsConfig`;
  if (dnsPolicy === 'None' && !dnsConfig)
    return [...errors, required(at, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  if (dnsPolicy === 'None' && (dnsConfig?.nameservers ?? []).length === 0) {
    const message = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    return [...errors, required(`${at}.nameservers`, message)];
  }
  return dnsConfig ? [...errors, ...validateConfig(at, dnsConfig)] : errors;
}

/** Lines of a Pod's hosts file. */
export function validateHostAliases(path: string, aliases: PodSpec['hostAliases']): FieldError[] {
  return each(path, aliases, (at, { ip = '', hostnames }) => [
    ...ipMessages(ip).map((message) => invalidValue(`${at}.ip`, ip, message)),
    ...each(`${at}.hostnames`, hostnames, (place, name) => checkName(place, name, dns1123Subdomain)),
  ]);
}

/** A port of the host goes to one container only. */
export function validateHostPorts(path: string, containers: readonly Container[]): FieldError[] {
  const taken = new Set<string>();
  return each(path, containers, (at, { ports }) =>
    each(`${at}.ports`, ports, (place, { hostPort, hostIP = '', protocol }) => {
      if (!hostPort) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      const again = taken.has(key);
      taken.add(key);
      return again ? [duplicate(`${place}.hostPort`, key)] : [];
    }),
  );
}

/** On the host's network a port of a container is a port of the host. */
export function validateHostNetwork(path: string, spec: PodSpec, isPod: boolean): FieldError[] {
  if (spec.hostNetwork !== true) return [];
  return each(`${path}.containers`, spec.containers, (at, { ports }) =>
    each(`${at}.ports`, ports, (place, { hostPort = 0, containerPort }) => {
      if ((!isPod && hostPort === 0) || hostPort === containerPort) return [];
      const message = 'must match `containerPort` when `hostNetwork` is true';
      return [invalidValue(`${place}.hostPort`, hostPort, message)];
    }),
  );
}

import { semanticEqual } from '../deep.js';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from '../field-error.js';
import type { Service, ServiceSpec } from '../generated/core-v1.js';
import { cidrMessages, ipMessages, isIPv4, isIPv6, specialIpMessages } from '../ip.js';
import { dns1123Subdomain, portNumber, qualifiedName } from '../names.js';
import { checkName, each, oneOfIfSet } from './common.js';

const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const balancerOnly = "may only be used when `type` is 'LoadBalancer'";
const distributions = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];
const families = ['IPv4', 'IPv6'];
const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

function isBalanced({ type }: ServiceSpec): boolean {
  return type === 'LoadBalancer';
}

function validateName(spec: ServiceSpec): FieldError[] {
  if (spec.type !== 'ExternalName') return [];
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  return name === ''
    ? [required('spec.externalName')]
    : checkName('spec.externalName', name, dns1123Subdomain);
}

function validateRanges({ spec = {}, metadata }: Service): FieldError[] {
  const noted = metadata?.annotations?.[rangesAnnotation];
  const own = spec.loadBalancerSourceRanges ?? [];
  const wrong = (at: string, range: string): FieldError[] =>
    cidrMessages(range.trim()).map((message) => invalidValue(at, range.trim(), message));
  if (own.length > 0) {
    const path = 'spec.LoadBalancerSourceRanges';
    return [...(isBalanced(spec) ? [] : [forbidden(path, balancerOnly)]), ...each(path, own, wrong)];
  }
  if (noted === undefined) return [];
  const path = `metadata.annotations[${rangesAnnotation}]`;
  const ranges = noted.trim() === '' ? [] : noted.split(',');
  return [
    ...(isBalanced(spec) ? [] : [forbidden(path, balancerOnly)]),
    ...ranges.flatMap((range) => wrong(path, range)),
  ];
}

function validateBalancer(spec: ServiceSpec): FieldError[] {
  const { allocateLoadBalancerNodePorts: allocate, loadBalancerClass: name } = spec;
  if (isBalanced(spec))
    return name === undefined ? [] : checkName('spec.loadBalancerClass', name, qualifiedName);
  return [
    ...(allocate === undefined ? [] : [forbidden('spec.allocateLoadBalancerNodePorts', balancerOnly)]),
    ...(name === undefined ? [] : [forbidden('spec.loadBalancerClass', balancerOnly)]),
  ];
}

function validateTraffic(spec: ServiceSpec): FieldError[] {
  const { healthCheckNodePort: port, trafficDistribution: way } = spec;
  const policy = spec.externalTrafficPolicy || undefined;
  const outside = isBalanced(spec) || spec.type === 'NodePort' || (spec.externalIPs ?? []).length > 0;
  const errors: FieldError[] = [];
  const path = 'spec.externalTrafficPolicy';
  if (policy && !outside)
    errors.push(invalidValue(path, policy, 'may only be set for externally-accessible services'));
  else errors.push(...oneOfIfSet(path, policy, ['Cluster', 'Local']));
  if (port && isBalanced(spec) && policy === 'Local')
    errors.push(
      ...portNumber(port).map((message) => invalidValue('spec.healthCheckNodePort', port, message)),
    );
  else if (port) {
    const message = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalidValue('spec.healthCheckNodePort', port, message));
  }
  errors.push(...oneOfIfSet('spec.internalTrafficPolicy', spec.internalTrafficPolicy, ['Cluster', 'Local']));
  if (way !== undefined && !distributions.includes(way))
    errors.push(notSupported('spec.trafficDistribution', way, distributions));
  return errors;
}

/** Which families of addresses a Service has. */
export function validateFamilies({ type, ipFamilies = [], ipFamilyPolicy }: ServiceSpec): FieldError[] {
  if (type === 'ExternalName') {
    const message = 'may not be set for ExternalName services';
    return [
      ...(ipFamilies.length > 0 ? [forbidden('spec.ipFamilies', message)] : []),
      ...(ipFamilyPolicy === undefined ? [] : [forbidden('spec.ipFamilyPolicy', message)]),
    ];
  }
  return [
    ...each('spec.ipFamilies', ipFamilies, (at, family, index) => [
      ...(families.includes(family) ? [] : [notSupported(at, family, families)]),
      ...(ipFamilies.indexOf(family) < index ? [duplicate(at, family)] : []),
    ]),
    ...oneOfIfSet('spec.ipFamilyPolicy', ipFamilyPolicy, familyPolicies),
  ];
}

/** How a Service is reached from outside. */
export function validateOutside(service: Service): FieldError[] {
  const { spec = {} } = service;
  return [
    ...validateName(spec),
    ...each('spec.externalIPs', spec.externalIPs, (at, address) => {
      const wrong = ipMessages(address);
      const messages = wrong.length > 0 ? wrong : specialIpMessages(address);
      return messages.map((message) => invalidValue(at, address, message));
    }),
    ...validateRanges(service),
    ...validateBalancer(spec),
    ...validateTraffic(spec),
  ];
}

/** What may not change of how a Service is reached from outside. */
export function validateOutsideUpdate({ spec = {} }: Service, { spec: old = {} }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const stays = isBalanced(spec) && isBalanced(old);
  if (stays && spec.loadBalancerClass !== old.loadBalancerClass) {
    const path = 'spec.loadBalancerClass';
    errors.push(invalidValue(path, spec.loadBalancerClass, 'may not change once set'));
  }
  const checked = (one: ServiceSpec): boolean => isBalanced(one) && one.externalTrafficPolicy === 'Local';
  if (checked(spec) && checked(old) && spec.healthCheckNodePort !== old.healthCheckNodePort)
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  return errors;
}

/** The status of a Service: the addresses of its load balancer. */
export function validateServiceStatus({ spec = {}, status }: Service, old: Service): FieldError[] {
  const path = 'status.loadBalancer.ingress';
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (semanticEqual(ingress, old.status?.loadBalancer?.ingress ?? [])) return [];
  if (!isBalanced(spec) && ingress.length > 0)
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  return each(path, ingress, (at, { ip, hostname, ipMode }) => [
    ...(ip ? ipMessages(ip).map((message) => invalidValue(`${at}.ip`, ip, message)) : []),
    ...(ipMode !== undefined && !ip
      ? [forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set')]
      : oneOfIfSet(`${at}.ipMode`, ipMode, ['Proxy', 'VIP'])),
    ...(hostname ? checkName(`${at}.hostname`, hostname, dns1123Subdomain) : []),
    ...(hostname && (isIPv4(hostname) || isIPv6(hostname))
      ? [invalidValue(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address')]
      : []),
  ]);
}

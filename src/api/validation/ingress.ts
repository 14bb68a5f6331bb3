import { type FieldError, forbidden, invalidValue, notSupported, required, tooLong } from '../field-error.js';
import type { TypedLocalObjectReference } from '../generated/core-v1.js';
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressClass,
  IngressClassParametersReference,
  IngressRule,
  IngressServiceBackend,
} from '../generated/networking-v1.js';
import { ipMessages, isIPv4, isIPv6 } from '../ip.js';
import {
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  domainPrefixedPath,
  pathSegment,
  portName,
  portNumber,
  wildcardSubdomain,
} from '../names.js';
import { checkName, each, immutable, optionalName, requiredName } from './common.js';

const classAnnotation = 'kubernetes.io/ingress.class';
const maxControllerBytes = 250;
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];

function isIp(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

function validateHost(path: string, host: string): FieldError[] {
  const check = host.includes('*') ? wildcardSubdomain : dns1123Subdomain;
  const named = isIp(host) ? [invalidValue(path, host, 'must be a DNS name, not an IP address')] : [];
  return [...named, ...checkName(path, host, check)];
}

function validateReference(path: string, ref: Partial<TypedLocalObjectReference>): FieldError[] {
  return [
    ...optionalName(`${path}.apiGroup`, ref.apiGroup, dns1123Subdomain),
    ...requiredName(`${path}.kind`, ref.kind, pathSegment),
    ...requiredName(`${path}.name`, ref.name, pathSegment),
  ];
}

function validateServicePort(path: string, service: IngressServiceBackend): FieldError[] {
  const { name, number } = service.port ?? {};
  if (name && number) return [invalidValue(path, '', 'cannot set both port name & port number')];
  if (name) return checkName(`${path}.service.port.name`, name, portName);
  if (!number) return [required(path, 'port name or number is required')];
  return portNumber(number).map((message) => invalidValue(`${path}.service.port.number`, number, message));
}

function validateBackend(path: string, backend: IngressBackend | undefined): FieldError[] {
  const { resource, service } = backend ?? {};
  if (resource && service) return [invalidValue(path, '', 'cannot set both resource and service backends')];
  if (resource) return validateReference(`${path}.resource`, resource);
  if (!service) return [invalidValue(path, '', 'resource or service backend is required')];
  return [
    ...requiredName(`${path}.service.name`, service.name, dns1035Label),
    ...validateServicePort(path, service),
  ];
}

function validateUrlPath(path: string, text: string): FieldError[] {
  const errors = text.startsWith('/') ? [] : [invalidValue(path, text, 'must be an absolute path')];
  for (const part of ['//', '/./', '/../', '%2f', '%2F'])
    if (text.includes(part)) errors.push(invalidValue(path, text, `must not contain '${part}'`));
  for (const end of ['/..', '/.'])
    if (text.endsWith(end)) errors.push(invalidValue(path, text, `cannot end with '${end}'`));
  return errors;
}

function validateTyped(at: string, { pathType, path = '' }: HTTPIngressPath): FieldError[] {
  if (pathType === 'Exact' || pathType === 'Prefix') return validateUrlPath(`${at}.path`, path);
  if (pathType !== 'ImplementationSpecific') return [notSupported(`${at}.pathType`, pathType, pathTypes)];
  return path === '' || path.startsWith('/')
    ? []
    : [invalidValue(`${at}.path`, path, 'must be an absolute path')];
}

function validatePath(at: string, path: HTTPIngressPath): FieldError[] {
  if (path.pathType === undefined) return [required(`${at}.pathType`, 'pathType must be specified')];
  return [...validateTyped(at, path), ...validateBackend(`${at}.backend`, path.backend)];
}

function validateRule(at: string, { host, http }: IngressRule): FieldError[] {
  const paths = http?.paths ?? [];
  return [
    ...(host ? validateHost(`${at}.host`, host) : []),
    ...(http && paths.length === 0 ? [required(`${at}.http.paths`)] : []),
    ...each(`${at}.http.paths`, paths, validatePath),
  ];
}

/** A changed Ingress; a new one is looked at more closely. */
export function validateIngressUpdate({ spec }: Ingress): FieldError[] {
  const rules = spec?.rules ?? [];
  const empty = rules.length === 0 && !spec?.defaultBackend;
  const message = 'either `defaultBackend` or `rules` must be specified';
  return [
    ...(empty ? [invalidValue('spec', spec?.rules, message)] : []),
    ...(spec?.defaultBackend ? validateBackend('spec.defaultBackend', spec.defaultBackend) : []),
    ...each('spec.rules', rules, validateRule),
    ...each('spec.tls', spec?.tls, (at, { hosts, secretName }) => [
      ...each(`${at}.hosts`, hosts, (place, host) =>
        checkName(place, host, host.includes('*') ? wildcardSubdomain : dns1123Subdomain),
      ),
      ...optionalName(`${at}.secretName`, secretName, dns1123Subdomain),
    ]),
    ...(spec?.ingressClassName === undefined
      ? []
      : checkName('spec.ingressClassName', spec.ingressClassName, dns1123Subdomain)),
  ];
}

/** A new Ingress. */
export function validateIngress(ingress: Ingress): FieldError[] {
  const noted = ingress.metadata?.annotations?.[classAnnotation];
  const named = ingress.spec?.ingressClassName;
  const errors = validateIngressUpdate(ingress);
  if (noted === undefined || named === undefined || noted === named) return errors;
  const message = 'must match `ingressClassName` when both are specified';
  return [...errors, invalidValue(`annotations.${classAnnotation}`, noted, message)];
}

/** The status of an Ingress: where it is reached. */
export function validateIngressStatus({ status }: Ingress): FieldError[] {
  return each('status.loadBalancer.ingress', status?.loadBalancer?.ingress, (at, { ip, hostname }) => [
    ...(ip ? ipMessages(ip).map((message) => invalidValue(`${at}.ip`, ip, message)) : []),
    ...(hostname ? checkName(`${at}.hostname`, hostname, dns1123Subdomain) : []),
    ...(hostname && isIp(hostname)
      ? [invalidValue(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address')]
      : []),
  ]);
}

function validateScope(path: string, { scope, namespace }: IngressClassParametersReference): FieldError[] {
  if (scope === undefined) return [required(`${path}.scope`)];
  if (scope !== 'Cluster' && scope !== 'Namespace')
    return [notSupported(`${path}.scope`, scope, ['Cluster', 'Namespace'])];
  if (scope === 'Cluster')
    return namespace === undefined
      ? []
      : [forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'")];
  return namespace === undefined
    ? [required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'")]
    : checkName(`${path}.namespace`, namespace, dns1123Label);
}

/** A new IngressClass. */
export function validateIngressClass({ spec }: IngressClass): FieldError[] {
  const { controller, parameters } = spec ?? {};
  const long = new TextEncoder().encode(controller ?? '').length > maxControllerBytes;
  return [
    ...(long ? [tooLong('spec.controller', controller, maxControllerBytes)] : []),
    ...requiredName('spec.controller', controller, domainPrefixedPath),
    ...(parameters
      ? [...validateReference('spec.parameters', parameters), ...validateScope('spec.parameters', parameters)]
      : []),
  ];
}

/** A change of an IngressClass: who serves it stays. */
export function validateIngressClassUpdate(ingressClass: IngressClass, old: IngressClass): FieldError[] {
  return [
    ...immutable('spec.controller', ingressClass.spec?.controller, old.spec?.controller),
    ...validateIngressClass(ingressClass),
  ];
}

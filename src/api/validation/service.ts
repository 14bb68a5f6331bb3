import {
  duplicate,
  type FieldError,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from '../field-error.js';
import type { Service, ServicePort, ServiceSpec } from '../generated/core-v1.js';
import { ipMessages } from '../ip.js';
import { dns1123Label, portName, portNumber, qualifiedName } from '../names.js';
import { checkName, each, oneOf, optionalName, validateLabels } from './common.js';
import { validateFamilies, validateOutside, validateOutsideUpdate } from './service-outside.js';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const none = 'None';
const maxAffinitySeconds = 86_400;

function isOutward({ type }: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

function validateTargetPort(path: string, port: ServicePort['targetPort']): FieldError[] {
  if (port === undefined || port === null) return [];
  const wrong = typeof port === 'number' ? portNumber(port) : portName(port);
  return wrong.map((message) => invalidValue(path, port, message));
}

function validatePort(at: string, port: ServicePort, needsName: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (port.name) errors.push(...checkName(`${at}.name`, port.name, dns1123Label));
  else if (needsName) errors.push(required(`${at}.name`));
  errors.push(...portNumber(port.port).map((message) => invalidValue(`${at}.port`, port.port ?? 0, message)));
  if (!port.protocol) errors.push(required(`${at}.protocol`));
  else if (!protocols.includes(port.protocol))
    errors.push(notSupported(`${at}.protocol`, port.protocol, protocols));
  return [
    ...errors,
    ...validateTargetPort(`${at}.targetPort`, port.targetPort),
    ...optionalName(`${at}.appProtocol`, port.appProtocol, qualifiedName),
  ];
}

function validatePorts(spec: ServiceSpec): FieldError[] {
  const ports = spec.ports ?? [];
  const headless = spec.clusterIP === none;
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName') return [required('spec.ports')];
  const names = new Set<string>();
  const seen = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `spec.ports[${index}]`;
    const errors = validatePort(at, port, ports.length > 1);
    if (port.name && names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
    if (port.name) names.add(port.name);
    const key = `${port.protocol}/${port.port}`;
    if (seen.has(key)) errors.push(duplicate(at, { protocol: port.protocol, port: port.port }));
    seen.add(key);
    return errors;
  });
}

function validateNodePorts(spec: ServiceSpec): FieldError[] {
  const taken = new Set<string>();
  return each('spec.ports', spec.ports, (at, { nodePort, protocol }) => {
    if (!nodePort) return [];
    if (spec.type === 'ClusterIP')
      return [forbidden(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'")];
    const key = `${protocol}/${nodePort}`;
    const again = taken.has(key);
    taken.add(key);
    return again ? [duplicate(`${at}.nodePort`, nodePort)] : [];
  });
}

function validateHeadless(spec: ServiceSpec, addresses: readonly string[]): FieldError[] {
  const errors =
    addresses.length > 1
      ? [invalidValue('spec.clusterIPs', addresses, "'None' must be the first and only value")]
      : [];
  if (!isOutward(spec)) return errors;
  return [
    ...errors,
    invalidValue('spec.clusterIPs[0]', none, `may not be set to 'None' for ${spec.type} services`),
  ];
}

function addressesOf({ clusterIP, clusterIPs = [] }: ServiceSpec): readonly string[] {
  if (clusterIPs.length > 0) return clusterIPs;
  return clusterIP ? [clusterIP] : [];
}

function validateAddress(spec: ServiceSpec): FieldError[] {
  const addresses = addressesOf(spec);
  const [first] = addresses;
  if (first === undefined || first === '') return [];
  if (spec.type === 'ExternalName') {
    return [forbidden('spec.clusterIPs', 'may not be set for ExternalName services')];
  }
  if (spec.clusterIP && spec.clusterIP !== first) {
    return [invalidValue('spec.clusterIPs', addresses, 'first value must match `clusterIP`')];
  }
  if (first === none) return validateHeadless(spec, addresses);
  return addresses.flatMap((address, index) =>
    ipMessages(address).map((message) => invalidValue(`spec.clusterIPs[${index}]`, address, message)),
  );
}

function validateAffinity(spec: ServiceSpec): FieldError[] {
  const path = 'spec.sessionAffinity';
  const errors = oneOf(path, spec.sessionAffinity, ['ClientIP', 'None']);
  const config = spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    const seconds = config?.clientIP?.timeoutSeconds;
    const at = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
    if (seconds !== undefined && (seconds <= 0 || seconds > maxAffinitySeconds)) {
      errors.push(invalidValue(at, seconds, `must be greater than 0 and less than ${maxAffinitySeconds}`));
    }
  } else if (config) {
    errors.push(forbidden('spec.sessionAffinityConfig', 'must not be set when session affinity is None'));
  }
  return errors;
}

/** A new Service. */
export function validateService(service: Service): FieldError[] {
  const spec = service.spec ?? {};
  return [
    ...validatePorts(spec),
    ...validateLabels('spec.selector', spec.selector),
    ...validateAffinity(spec),
    ...validateFamilies(spec),
    ...validateAddress(spec),
    ...oneOf('spec.type', spec.type, types),
    ...validateNodePorts(spec),
    ...validateOutside(service),
  ];
}

function addressIsFixed(spec: ServiceSpec, before: ServiceSpec): boolean {
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return false;
  return spec.clusterIP !== none || before.clusterIP !== none;
}

function validateSameAddress(spec: ServiceSpec, before: ServiceSpec): FieldError[] {
  if (!addressIsFixed(spec, before)) return [];
  const [now, then] = [addressesOf(spec), addressesOf(before)];
  const path = 'spec.clusterIPs[0]';
  if (then.length > 0 && now.length === 0)
    return [invalidValue(path, spec.clusterIPs, 'primary clusterIP can not be unset')];
  return then[0] === undefined || then[0] === now[0]
    ? []
    : [invalidValue(path, now, 'may not change once set')];
}

function validateSameFamily(spec: ServiceSpec, before: ServiceSpec): FieldError[] {
  if (!addressIsFixed(spec, before) || spec.clusterIP === none || before.clusterIP === none) return [];
  const [now, then] = [spec.ipFamilies?.[0], before.ipFamilies?.[0]];
  if (then === undefined || now === undefined || now === then) return [];
  return [invalidValue('spec.ipFamilies[0]', spec.ipFamilies, 'may not change once set')];
}

/** A change of a Service: its address stays, as long as it has one. */
export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const [spec, before] = [service.spec ?? {}, old.spec ?? {}];
  return [
    ...validateSameAddress(spec, before),
    ...validateSameFamily(spec, before),
    ...validateOutsideUpdate(service, old),
    ...validateService(service),
  ];
}

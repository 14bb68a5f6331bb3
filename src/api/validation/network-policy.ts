import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../generated/networking-v1.js';
import { cidrMessages, isStrictlyWithin, parseCidr } from '../ip.js';
import { portName, portNumber } from '../names.js';
import { each, validateSelector } from './common.js';

const protocols = ['TCP', 'UDP', 'SCTP'];
const types = ['Ingress', 'Egress'];

function validateEndPort(at: string, { port, endPort }: NetworkPolicyPort): FieldError[] {
  if (endPort === undefined) return [];
  const path = `${at}.endPort`;
  if (port === undefined)
    return [invalidValue(path, endPort, 'may not be specified when `port` is not specified')];
  if (typeof port === 'string')
    return [invalidValue(path, endPort, 'may not be specified when `port` is non-numeric')];
  return [
    ...(endPort < port ? [invalidValue(path, endPort, 'must be greater than or equal to `port`')] : []),
    ...portNumber(endPort).map((message) => invalidValue(path, endPort, message)),
  ];
}

function validatePort(at: string, rule: NetworkPolicyPort): FieldError[] {
  const { protocol, port } = rule;
  const errors: FieldError[] = [];
  if (protocol !== undefined && !protocols.includes(protocol))
    errors.push(notSupported(`${at}.protocol`, protocol, protocols));
  if (port !== undefined) {
    const wrong = typeof port === 'number' ? portNumber(port) : portName(port);
    errors.push(...wrong.map((message) => invalidValue(`${at}.port`, port, message)));
  }
  return [...errors, ...validateEndPort(at, rule)];
}

function validateBlock(path: string, { cidr, except }: IPBlock): FieldError[] {
  if (!cidr) return [required(`${path}.cidr`)];
  const outer = parseCidr(cidr);
  if (outer === undefined)
    return cidrMessages(cidr).map((message) => invalidValue(`${path}.cidr`, cidr, message));
  return each(`${path}.except`, except, (at, inside) => {
    const inner = parseCidr(inside);
    if (inner === undefined) return cidrMessages(inside).map((message) => invalidValue(at, inside, message));
    return isStrictlyWithin(inner, outer)
      ? []
      : [invalidValue(at, inside, 'must be a strict subset of `cidr`')];
  });
}

function validatePeer(
  at: string,
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
): FieldError[] {
  const errors = [
    ...validateSelector(`${at}.podSelector`, podSelector),
    ...validateSelector(`${at}.namespaceSelector`, namespaceSelector),
    ...(ipBlock ? validateBlock(`${at}.ipBlock`, ipBlock) : []),
  ];
  const others = podSelector !== undefined || namespaceSelector !== undefined;
  if (!others && ipBlock === undefined) return [...errors, required(at, 'must specify a peer')];
  if (others && ipBlock !== undefined)
    errors.push(forbidden(at, 'may not specify both ipBlock and another peer'));
  return errors;
}

/** A NetworkPolicy, new or changed. */
export function validateNetworkPolicy({ spec }: NetworkPolicy): FieldError[] {
  const errors = [
    ...validateSelector('spec.podSelector', spec?.podSelector),
    ...each('spec.ingress', spec?.ingress, (at, rule) => [
      ...each(`${at}.ports`, rule.ports, validatePort),
      ...each(`${at}.from`, rule.from, validatePeer),
    ]),
    ...each('spec.egress', spec?.egress, (at, rule) => [
      ...each(`${at}.ports`, rule.ports, validatePort),
      ...each(`${at}.to`, rule.to, validatePeer),
    ]),
  ];
  const given = spec?.policyTypes ?? [];
  if (given.length > types.length) {
    const message = 'may not specify more than two policyTypes';
    return [...errors, invalidValue('spec.policyTypes', given, message)];
  }
  const wrong = each('spec.policyTypes', given, (at, type) =>
    types.includes(type) ? [] : [notSupported(at, type, types)],
  );
  return [...errors, ...wrong];
}

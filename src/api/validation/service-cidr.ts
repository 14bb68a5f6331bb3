import { type FieldError, invalidValue, required } from '../field-error.js';
import type { IPAddress, ServiceCIDR } from '../generated/networking-v1.js';
import { cidrMessages, parseCidr } from '../ip.js';
import { dns1123Subdomain, pathSegment } from '../names.js';
import { each, immutable, immutableText, optionalName, requiredName } from './common.js';

/** A new IPAddress: an address that is taken, and by what. */
export function validateIPAddress({ spec }: IPAddress): FieldError[] {
  const parent = spec?.parentRef;
  if (!parent) return [required('spec.parentRef')];
  return [
    ...optionalName('spec.parentRef.group', parent.group, dns1123Subdomain),
    ...requiredName('spec.parentRef.resource', parent.resource, pathSegment),
    ...requiredName('spec.parentRef.name', parent.name, pathSegment),
    ...optionalName('spec.parentRef.namespace', parent.namespace, pathSegment),
  ];
}

/** A change of an IPAddress: whose it is stays. */
export function validateIPAddressUpdate(address: IPAddress, old: IPAddress): FieldError[] {
  return immutable('spec.parentRef', address.spec?.parentRef, old.spec?.parentRef);
}

/** A new ServiceCIDR: ranges from which Services get addresses. */
export function validateServiceCIDR({ spec }: ServiceCIDR): FieldError[] {
  const path = 'spec.cidrs';
  const cidrs = spec?.cidrs ?? [];
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalidValue(path, spec, 'may only hold up to 2 values')];
  const errors = each(path, cidrs, (at, cidr) =>
    cidrMessages(cidr).map((message) => invalidValue(at, cidr, message)),
  );
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.family);
  if (cidrs.length < 2 || first === undefined || first !== second) return errors;
  const message = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
  return [...errors, invalidValue(path, cidrs, message)];
}

/** A change of a ServiceCIDR: a second family may join, nothing else changes. */
export function validateServiceCIDRUpdate(cidr: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const [now, before] = [cidr.spec?.cidrs ?? [], old.spec?.cidrs ?? []];
  const joins = before.length === 1 && now.length === 2;
  if (!joins && now.length !== before.length) return [invalidValue('spec.cidrs', now, immutableText)];
  const changed = each('spec.cidrs', before, (at, range, index) =>
    range === now[index] ? [] : [invalidValue(at, now[index], immutableText)],
  );
  return joins ? [...changed, ...validateServiceCIDR(cidr)] : changed;
}

import { without } from '../../api/deep.js';
import { type FieldError, invalidValue } from '../../api/field-error.js';
import type { Service, ServiceSpec } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { invalid } from '../../api/status-error.js';
import type { Change, Store } from '../../store/store.js';
import { decode } from '../registry/codec.js';
import type { ServiceAddresses } from './service-addresses.js';

/** A Service with its addresses, and the way to give back what was taken for it when it is not stored. */
export interface Assigned {
  readonly service: Service;
  undo(): void;
}

function addressOf(service: Service | undefined): string | undefined {
  const address = service?.spec?.clusterIP;
  return address === undefined || address === '' || address === 'None' ? undefined : address;
}

function refuse(service: Service, error: FieldError): never {
  throw invalid(kinds.Service, service.metadata?.name ?? '', [error]);
}

/** Types of Services that are not offered. */
export const refusedTypes: readonly string[] = ['NodePort', 'LoadBalancer'];

/** What one who wants such a type is told. */
export function typeRefusal(type: string, name = 'SERVICE'): string {
  return `Unsupported value: "${type}": not offered here; supported values: "ClusterIP", "ExternalName"; use type ClusterIP and reach it from the host with: holdfast up --publish ${name}[:PORT]`;
}

function checkType(service: Service, { type }: ServiceSpec): void {
  if (type === undefined || !refusedTypes.includes(type)) return;
  const message = typeRefusal(type, service.metadata?.name);
  refuse(service, { field: 'spec.type', reason: 'FieldValueNotSupported', message });
}

function checkFamilies(service: Service, spec: ServiceSpec): void {
  const other = spec.ipFamilies?.findIndex((family) => family !== 'IPv4') ?? -1;
  if (other >= 0) {
    refuse(
      service,
      invalidValue(`spec.ipFamilies[${other}]`, spec.ipFamilies?.[other], 'not configured on this cluster'),
    );
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack') {
    const detail = 'this cluster is not configured for dual-stack services';
    refuse(service, invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail));
  }
}

function withAddress(service: Service, spec: ServiceSpec, clusterIP: string): Service {
  const ipFamilyPolicy = spec.ipFamilyPolicy ?? 'SingleStack';
  return {
    ...service,
    spec: { ...spec, clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy },
  };
}

function nothing(): void {}

/**
 * Gives a new or changed Service its ClusterIP: the one it asks for, the one it has, a free one, or none when it is
 * headless or an ExternalName.
 */
export function assignAddress(
  addresses: ServiceAddresses,
  next: Service,
  current: Service | undefined,
): Assigned {
  const spec = next.spec ?? {};
  checkType(next, spec);
  if (spec.type === 'ExternalName') {
    const plain = without(spec, 'clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy');
    return { service: { ...next, spec: plain }, undo: nothing };
  }
  checkFamilies(next, spec);
  const held = addressOf(current);
  const asked =
    spec.clusterIP ||
    spec.clusterIPs?.[0] ||
    (current?.spec?.type === 'ExternalName' ? '' : current?.spec?.clusterIP) ||
    '';
  if (asked === 'None' || (asked !== '' && asked === held))
    return { service: withAddress(next, spec, asked), undo: nothing };
  const taken = asked === '' ? addresses.allocate() : (addresses.reserve(asked) ?? asked);
  if (typeof taken !== 'string') {
    const shown = asked === '' ? [] : [asked];
    return refuse(next, invalidValue('spec.clusterIPs', shown, taken.refused));
  }
  return { service: withAddress(next, spec, taken), undo: () => addresses.release(taken) };
}

/** Keeps the addresses in step with the stored Services; returns the way to stop. */
export function followServices(addresses: ServiceAddresses, store: Store, prefix: string): () => void {
  const page = store.range(prefix);
  for (const entry of page.entries) {
    const address = addressOf(decode(entry, kinds.Service));
    if (address !== undefined) addresses.note(address);
  }
  const follow = ({ entry, previous }: Change): void => {
    const before = addressOf(previous && decode(previous, kinds.Service));
    const after = addressOf(entry && decode(entry, kinds.Service));
    if (before !== undefined && before !== after) addresses.release(before);
    if (after !== undefined) addresses.note(after);
  };
  const watch = store.watch(prefix, page.revision, follow);
  return () => watch.stop();
}

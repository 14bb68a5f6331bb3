import { without } from '../../api/deep.js';
import type { EndpointAddress, EndpointSubset, Endpoints } from '../../api/generated/core-v1.js';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/generated/discovery-v1.js';
import { isIPv6 } from '../../api/ip.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo } from '../../api/owner.js';
import { managedByLabel, manager, serviceNameLabel } from './labels.js';

/** Addresses of one subset that are mirrored at most. */
const capacity = 1000;

const notCopied = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'endpoints.kubernetes.io/last-change-trigger-time',
] as const;

/** The slices that say what an Endpoints object says: one for each subset and kind of address. */
export function mirroredSlices(endpoints: Endpoints): readonly EndpointSlice[] {
  return (endpoints.subsets ?? []).flatMap((subset) =>
    (['IPv4', 'IPv6'] as const).flatMap((addressType) => {
      const members = membersOf(subset, addressType);
      return members.length === 0 ? [] : [sliceOf(endpoints, subset, { addressType, members })];
    }),
  );
}

interface Members {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly members: readonly Endpoint[];
}

function membersOf(subset: EndpointSubset, addressType: Members['addressType']): readonly Endpoint[] {
  const all = [
    ...(subset.addresses ?? []).map((address) => endpointOf(address, true)),
    ...(subset.notReadyAddresses ?? []).map((address) => endpointOf(address, false)),
  ].slice(0, capacity);
  return all.filter(({ addresses }) => isIPv6(addresses[0] ?? '') === (addressType === 'IPv6'));
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    ...(targetRef && { targetRef }),
  };
}

function sliceOf(
  endpoints: Endpoints,
  subset: EndpointSubset,
  { addressType, members }: Members,
): EndpointSlice {
  const { name = '', namespace, labels, annotations } = endpoints.metadata ?? {};
  const copied = without(annotations ?? {}, ...notCopied);
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: manager },
      ...(Object.keys(copied).length > 0 && { annotations: copied }),
      ownerReferences: [ownerReferenceTo(kinds.Endpoints, endpoints)],
    },
    addressType,
    endpoints: members,
    ports: (subset.ports ?? []).map(
      ({ name: portName = '', port, protocol = 'TCP', appProtocol }): EndpointPort => ({
        name: portName,
        port,
        protocol,
        ...(appProtocol && { appProtocol }),
      }),
    ),
  };
}

import { semanticEqual } from '../../api/deep.js';
import type { EndpointAddress, EndpointSubset, Endpoints, Service } from '../../api/generated/core-v1.js';
import type { EndpointAction } from './actions.js';
import type { EndpointFacts } from './facts.js';
import { endpointsManagedByLabel, endpointsManager, labelsFor, triggerTime } from './labels.js';
import type { Member, PortGroup } from './members.js';

/** Addresses in an Endpoints object at most; whoever needs more reads the slices. */
const capacity = 1000;

/** The write that makes the old-style Endpoints object say the same as the slices. */
export function planEndpoints(
  service: Service,
  groups: readonly PortGroup[],
  { endpoints, pods }: Pick<EndpointFacts, 'endpoints' | 'pods'>,
): EndpointAction[] {
  const subsets = groups.flatMap((group) => subsetOf(service, group));
  const labels = labelsFor(service, { [endpointsManagedByLabel]: endpointsManager });
  if (endpoints === undefined) {
    const { name, namespace } = service.metadata ?? {};
    const metadata = { name, namespace, labels, annotations: triggerTime(service, pods) };
    const fresh: Endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets };
    return [{ type: 'createEndpoints', endpoints: fresh }];
  }
  if (semanticEqual(endpoints.subsets ?? [], subsets) && semanticEqual(endpoints.metadata?.labels, labels))
    return [];
  const annotations = { ...endpoints.metadata?.annotations, ...triggerTime(service, pods) };
  const metadata = { ...endpoints.metadata, labels, annotations };
  return [{ type: 'updateEndpoints', endpoints: { ...endpoints, metadata, subsets } }];
}

function subsetOf(service: Service, { ports, members }: PortGroup): EndpointSubset[] {
  // A terminating Pod is in no Endpoints object, unless the Service publishes what is not ready.
  const publish = service.spec?.publishNotReadyAddresses === true;
  const shown = members
    .filter(({ endpoint }) => publish || endpoint.conditions?.terminating !== true)
    .slice(0, capacity);
  if (shown.length === 0) return [];
  const ready = shown.filter(({ endpoint }) => endpoint.conditions?.ready === true).map(addressOf);
  const unready = shown.filter(({ endpoint }) => endpoint.conditions?.ready !== true).map(addressOf);
  return [
    {
      ...(ready.length === 0 ? {} : { addresses: ready }),
      ...(unready.length === 0 ? {} : { notReadyAddresses: unready }),
      ...(ports.length === 0
        ? {}
        : {
            ports: ports.map(({ name, port, protocol }) => ({
              ...(name ? { name } : {}),
              port: port ?? 0,
              protocol,
            })),
          }),
    },
  ];
}

function addressOf({ endpoint }: Member): EndpointAddress {
  return {
    ip: endpoint.addresses[0] ?? '',
    ...(endpoint.hostname === undefined ? {} : { hostname: endpoint.hostname }),
    ...(endpoint.nodeName === undefined ? {} : { nodeName: endpoint.nodeName }),
    targetRef: endpoint.targetRef,
  };
}

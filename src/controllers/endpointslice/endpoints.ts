import { semanticEqual } from '../../api/deep.js';
import type { EndpointAddress, EndpointSubset, Endpoints, Service } from '../../api/generated/core-v1.js';
import type { EndpointAction } from './actions.js';
import type { EndpointFacts } from './facts.js';
import { endpointsManagedByLabel, endpointsManager, labelsFor, triggerTime } from './labels.js';
import type { Member, PortGroup } from './members.js';

/** Addresses in an Endpoints object at most; whoever needs more reads the slices. */
const capacity = 1000;

/** Annotation of an Endpoints object that does not name all. */
const capacityAnnotation = 'endpoints.kubernetes.io/over-capacity';

/** The write that makes the old-style Endpoints object say the same as the slices. */
export function planEndpoints(
  service: Service,
  groups: readonly PortGroup[],
  { endpoints, pods }: Pick<EndpointFacts, 'endpoints' | 'pods'>,
): EndpointAction[] {
  const { shown, truncated } = withinCapacity(groups.map((group) => visible(service, group)));
  const subsets = shown.flatMap(subsetOf);
  const labels = labelsFor(service, { [endpointsManagedByLabel]: endpointsManager });
  if (endpoints === undefined) {
    const { name, namespace } = service.metadata ?? {};
    const annotations = withCapacity(triggerTime(service, pods), truncated);
    const metadata = { name, namespace, labels, annotations };
    const fresh: Endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets };
    return [{ type: 'createEndpoints', endpoints: fresh }];
  }
  const before = endpoints.metadata?.annotations ?? {};
  const same =
    semanticEqual(endpoints.subsets ?? [], subsets) &&
    semanticEqual(endpoints.metadata?.labels, labels) &&
    semanticEqual(before, withCapacity(before, truncated));
  if (same) return [];
  const annotations = withCapacity({ ...before, ...triggerTime(service, pods) }, truncated);
  const metadata = { ...endpoints.metadata, labels, annotations };
  return [{ type: 'updateEndpoints', endpoints: { ...endpoints, metadata, subsets } }];
}

/** A terminating Pod is in no Endpoints object, unless the Service publishes what is not ready. */
function visible(service: Service, { ports, members }: PortGroup): PortGroup {
  if (service.spec?.publishNotReadyAddresses === true) return { ports, members };
  return { ports, members: members.filter(({ endpoint }) => endpoint.conditions?.terminating !== true) };
}

interface Capped {
  readonly shown: readonly PortGroup[];
  readonly truncated: boolean;
}

/** Of more addresses than an Endpoints object holds, those that are ready come first. */
function withinCapacity(groups: readonly PortGroup[]): Capped {
  const all = groups.flatMap(({ members }) => members);
  if (all.length <= capacity) return { shown: groups, truncated: false };
  const kept = new Set(
    [...all.filter(isReady), ...all.filter((member) => !isReady(member))].slice(0, capacity),
  );
  const shown = groups.map(({ ports, members }) => ({
    ports,
    members: members.filter((one) => kept.has(one)),
  }));
  return { shown, truncated: true };
}

function isReady({ endpoint }: Member): boolean {
  return endpoint.conditions?.ready === true;
}

function withCapacity(
  annotations: Readonly<Record<string, string>>,
  truncated: boolean,
): Readonly<Record<string, string>> {
  const { [capacityAnnotation]: _, ...rest } = annotations;
  return truncated ? { ...rest, [capacityAnnotation]: 'truncated' } : rest;
}

function subsetOf({ ports, members: shown }: PortGroup): EndpointSubset[] {
  if (shown.length === 0) return [];
  const ready = shown.filter(isReady).map(addressOf);
  const unready = shown.filter((member) => !isReady(member)).map(addressOf);
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

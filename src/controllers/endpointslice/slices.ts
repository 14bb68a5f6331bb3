import { semanticEqual } from '../../api/deep.js';
import type { Service } from '../../api/generated/core-v1.js';
import type { Endpoint, EndpointSlice } from '../../api/generated/discovery-v1.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo } from '../../api/owner.js';
import { isTerminating } from '../../api/pods.js';
import type { EndpointAction } from './actions.js';
import type { EndpointFacts } from './facts.js';
import { labelsFor, serviceNameLabel, sliceManagedByLabel, sliceManager, triggerTime } from './labels.js';
import type { PortGroup } from './members.js';

/** Endpoints in one slice at most. */
export const sliceSize = 100;

interface Drafts {
  readonly service: Service;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The writes that make the slices show the groups; an endpoint stays in its slice, so that few slices change. */
export function planSlices(
  service: Service,
  groups: readonly PortGroup[],
  { slices, pods }: Pick<EndpointFacts, 'slices' | 'pods'>,
): EndpointAction[] {
  const drafts = { service, annotations: triggerTime(service, pods) };
  const living = slices.filter((slice) => !isTerminating(slice));
  const wanted = groups.length > 0 ? groups : [{ ports: [], members: [] }];
  const used = new Set<EndpointSlice>();
  const actions: EndpointAction[] = [];
  for (const group of wanted) {
    const own = living.filter((slice) => !used.has(slice) && semanticEqual(slice.ports ?? [], group.ports));
    for (const slice of own) used.add(slice);
    actions.push(...planGroup(drafts, group, own));
  }
  const stale = living.filter((slice) => !used.has(slice));
  return [...actions, ...stale.map((slice): EndpointAction => ({ type: 'deleteSlice', slice }))];
}

function planGroup(drafts: Drafts, group: PortGroup, slices: readonly EndpointSlice[]): EndpointAction[] {
  const left = new Map(group.members.map(({ endpoint }) => [endpoint.targetRef?.uid, endpoint]));
  const kept = slices.map((slice) => {
    const endpoints = (slice.endpoints ?? []).flatMap((old): Endpoint[] => {
      const fresh = left.get(old.targetRef?.uid);
      left.delete(old.targetRef?.uid);
      return fresh === undefined ? [] : [fresh];
    });
    return { slice, endpoints };
  });
  const waiting = [...left.values()];
  for (const { endpoints } of kept) endpoints.push(...waiting.splice(0, sliceSize - endpoints.length));
  const actions = kept.flatMap(({ slice, endpoints }, index): EndpointAction[] => {
    const last = index === 0 && group.members.length === 0;
    if (endpoints.length === 0 && !last) return [{ type: 'deleteSlice', slice }];
    return changed(drafts, slice, endpoints);
  });
  const none = kept.length === 0 && waiting.length === 0;
  for (let from = 0; from < waiting.length || (none && from === 0); from += sliceSize) {
    actions.push(created(drafts, group, waiting.slice(from, from + sliceSize)));
  }
  return actions;
}

function labels(service: Service): Readonly<Record<string, string>> {
  return labelsFor(service, {
    [serviceNameLabel]: service.metadata?.name ?? '',
    [sliceManagedByLabel]: sliceManager,
  });
}

function changed(
  { service, annotations }: Drafts,
  slice: EndpointSlice,
  endpoints: readonly Endpoint[],
): EndpointAction[] {
  const wanted = labels(service);
  if (semanticEqual(slice.endpoints ?? [], endpoints) && semanticEqual(slice.metadata?.labels, wanted))
    return [];
  const metadata = {
    ...slice.metadata,
    labels: wanted,
    annotations: { ...slice.metadata?.annotations, ...annotations },
  };
  return [{ type: 'updateSlice', slice: { ...slice, metadata, endpoints } }];
}

function created(
  { service, annotations }: Drafts,
  { ports }: PortGroup,
  endpoints: readonly Endpoint[],
): EndpointAction {
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${service.metadata?.name ?? ''}-`,
      namespace: service.metadata?.namespace ?? '',
      labels: labels(service),
      annotations,
      ownerReferences: [ownerReferenceTo(kinds.Service, service)],
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  };
  return { type: 'createSlice', slice };
}

import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { EndpointAction } from './actions.js';
import { planEndpoints } from './endpoints.js';
import type { EndpointFacts } from './facts.js';
import { endpointsManagedByLabel, endpointsManager } from './labels.js';
import { groupsOf } from './members.js';
import { planSlices } from './slices.js';

/** Decides the writes that make slices and Endpoints show the Pods of one Service. */
export function planEndpointsOf(facts: EndpointFacts): Plan<EndpointAction> {
  const { service, pods } = facts;
  if (service === undefined) return { actions: removeAll(facts) };
  const ours = service.spec?.selector !== undefined && service.spec.type !== 'ExternalName';
  if (!ours || isTerminating(service)) return { actions: [] };
  const groups = groupsOf(service, pods);
  const actions = [...planSlices(service, groups, facts), ...planEndpoints(service, groups, facts)];
  if (actions.length > 0 || groups.some(({ members }) => members.some(isReady))) return { actions };
  const { namespace, name = '' } = service.metadata ?? {};
  const found = pods.length === 0 ? 'selects no Pod' : `selects ${pods.length} Pods, none of them ready`;
  const on = { kind: 'Service', namespace, name };
  return { actions, waitingFor: { reason: 'NoReadyEndpoints', message: `Service ${name} ${found}`, on } };
}

function isReady({
  endpoint,
}: {
  readonly endpoint: { readonly conditions?: { readonly ready?: boolean } };
}): boolean {
  return endpoint.conditions?.ready === true;
}

function removeAll({ slices, endpoints }: EndpointFacts): EndpointAction[] {
  const actions: EndpointAction[] = slices.map((slice) => ({ type: 'deleteSlice', slice }));
  const managed = endpoints?.metadata?.labels?.[endpointsManagedByLabel] === endpointsManager;
  return endpoints !== undefined && managed ? [...actions, { type: 'deleteEndpoints', endpoints }] : actions;
}

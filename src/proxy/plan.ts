import type { Service, ServicePort } from '../api/generated/core-v1.js';
import type { EndpointSlice } from '../api/generated/discovery-v1.js';
import type { Plan } from '../reconcile/contract.js';
import type { ProxyAction } from './actions.js';
import { type Backend, ruleset, type ServiceRule } from './rules.js';

/** A Service and the slices that belong to it. */
export interface ServiceWithSlices {
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
}

/** Everything the rule set is made from, and the script that is in force. */
export interface ProxyFacts {
  readonly services: readonly ServiceWithSlices[];
  readonly applied: string | undefined;
}

/** Rows that the kernel must follow; applied only when they differ from what is in force. */
export function plan(facts: ProxyFacts): Plan<ProxyAction> {
  const wanted = ruleset(facts.services.flatMap(rulesOf));
  return { actions: wanted === facts.applied ? [] : [{ kind: 'apply', ruleset: wanted }] };
}

/** The rules of one Service; none for headless and ExternalName Services, which have no address. */
export function rulesOf({ service, slices }: ServiceWithSlices): ServiceRule[] {
  const spec = service.spec;
  if (spec === undefined || spec.type === 'ExternalName' || !spec.clusterIP || spec.clusterIP === 'None')
    return [];
  const address = spec.clusterIP;
  const name = `${service.metadata?.namespace ?? ''}/${service.metadata?.name ?? ''}`;
  const affinitySeconds =
    spec.sessionAffinity === 'ClientIP'
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800)
      : undefined;
  return (spec.ports ?? []).map((port) => ({
    label: `${name}:${port.name ?? port.port}`,
    protocol: protocolOf(port.protocol),
    address,
    port: port.port,
    backends: backendsOf(port, slices, service),
    affinitySeconds,
  }));
}

// Terminating endpoints that still serve take over only when no ready one is left (KEP-1669).
function backendsOf(
  port: ServicePort,
  slices: readonly EndpointSlice[],
  service: Service,
): readonly Backend[] {
  const all = slices.flatMap((slice) => {
    const target = (slice.ports ?? []).find(
      (candidate) =>
        (candidate.name ?? '') === (port.name ?? '') &&
        protocolOf(candidate.protocol) === protocolOf(port.protocol),
    )?.port;
    if (target === undefined) return [];
    return (slice.endpoints ?? []).map((endpoint) => ({ endpoint, port: target }));
  });
  const ready = all.filter(({ endpoint }) => endpoint.conditions?.ready !== false);
  const lingering = all.filter(
    ({ endpoint }) => endpoint.conditions?.serving === true && endpoint.conditions.terminating === true,
  );
  const chosen = ready.length > 0 || service.spec?.publishNotReadyAddresses === true ? ready : lingering;
  return chosen
    .map(({ endpoint, port: target }) => ({ address: endpoint.addresses[0] ?? '', port: target }))
    .toSorted((a, b) => a.address.localeCompare(b.address) || a.port - b.port);
}

function protocolOf(protocol: string | undefined): 'tcp' | 'udp' | 'sctp' {
  if (protocol === 'UDP') return 'udp';
  return protocol === 'SCTP' ? 'sctp' : 'tcp';
}

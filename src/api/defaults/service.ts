import { without } from '../deep.js';
import type { Service, ServicePort, ServiceSpec, ServiceStatus } from '../generated/core-v1.js';
import { change, fill, mapList } from './fill.js';

const affinitySeconds = 10_800;

function defaultPort(port: ServicePort): ServicePort {
  const target = port.targetPort === 0 || port.targetPort === '' ? without(port, 'targetPort') : port;
  return fill<ServicePort>(target, { protocol: 'TCP', targetPort: port.port });
}

function defaultAffinity(spec: ServiceSpec): ServiceSpec {
  const filled = fill(spec, { sessionAffinity: 'None' });
  if (filled.sessionAffinity === 'None') return without(filled, 'sessionAffinityConfig');
  if (filled.sessionAffinity !== 'ClientIP') return filled;
  const clientIP = fill(filled.sessionAffinityConfig?.clientIP ?? {}, { timeoutSeconds: affinitySeconds });
  return { ...filled, sessionAffinityConfig: { clientIP } };
}

function defaultPolicies(spec: ServiceSpec): ServiceSpec {
  const outward = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  return fill(spec, {
    ...(outward && { externalTrafficPolicy: 'Cluster' as const }),
    ...(spec.type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: true }),
    ...((outward || spec.type === 'ClusterIP') && { internalTrafficPolicy: 'Cluster' as const }),
  });
}

/** An address of a load balancer is the Service's own unless it says that it is a proxy. */
function withModes(status: ServiceStatus): ServiceStatus {
  return change(status, 'loadBalancer', (balancer) =>
    change(balancer, 'ingress', (list) =>
      mapList(list, (one) => (one.ip ? fill(one, { ipMode: 'VIP' }) : one)),
    ),
  );
}

/** A Service's defaults; addresses and families are allocated elsewhere. */
export function defaultService(service: Service): Service {
  const typed = { ...service, spec: fill(service.spec ?? {}, { type: 'ClusterIP' }) };
  const withPorts = change(typed, 'spec', (spec) =>
    change(spec, 'ports', (ports) => mapList(ports, defaultPort)),
  );
  const spec = defaultPolicies(defaultAffinity(withPorts.spec));
  const status = fill(service.status ?? {}, { loadBalancer: {} });
  return { ...service, spec, status: typed.spec.type === 'LoadBalancer' ? withModes(status) : status };
}

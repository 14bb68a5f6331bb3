import type { Service } from '../generated/core-v1.js';
import { parseQuantity } from '../quantity.js';
import { type ResourceAmounts, single } from './amounts.js';

const resources = ['count/services', 'services', 'services.nodeports', 'services.loadbalancers'];

function nodePortsOf({ spec }: Service): number {
  const ports = spec?.ports ?? [];
  if (spec?.type === 'NodePort') return ports.length;
  if (spec?.type !== 'LoadBalancer') return 0;
  return spec.allocateLoadBalancerNodePorts === false
    ? ports.filter(({ nodePort }) => nodePort).length
    : ports.length;
}

function usage(service: Service): ResourceAmounts {
  const balancers = service.spec?.type === 'LoadBalancer' ? 1 : 0;
  return new Map([
    ['count/services', single],
    ['services', single],
    ['services.nodeports', parseQuantity(nodePortsOf(service))],
    ['services.loadbalancers', parseQuantity(balancers)],
  ]);
}

/** Services; a change of type may take a port or a balancer. */
export const serviceMeter = {
  limitsUpdates: true,
  counts: (resource: string) => resources.includes(resource),
  usage,
};

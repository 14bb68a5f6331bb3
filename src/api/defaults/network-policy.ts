import type { NetworkPolicy, NetworkPolicyPort } from '../generated/networking-v1.js';
import { change, fill, mapList } from './fill.js';

function defaultPort(port: NetworkPolicyPort): NetworkPolicyPort {
  return fill(port, { protocol: 'TCP' });
}

/** A NetworkPolicy's defaults. */
export function defaultNetworkPolicy(policy: NetworkPolicy): NetworkPolicy {
  return change(policy, 'spec', (spec) => {
    const egress = (spec.egress ?? []).length > 0;
    let done = fill(spec, { podSelector: {}, policyTypes: egress ? ['Ingress', 'Egress'] : ['Ingress'] });
    done = change(done, 'ingress', (rules) =>
      mapList(rules, (rule) => change(rule, 'ports', (ports) => mapList(ports, defaultPort))),
    );
    return change(done, 'egress', (rules) =>
      mapList(rules, (rule) => change(rule, 'ports', (ports) => mapList(ports, defaultPort))),
    );
  });
}

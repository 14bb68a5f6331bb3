import { canonicalJson } from '../../api/deep.js';
import type { Container, Pod, Service, ServicePort } from '../../api/generated/core-v1.js';
import type { Endpoint, EndpointPort } from '../../api/generated/discovery-v1.js';
import { isPodFinished, isPodReady, isTerminating } from '../../api/pods.js';

/** Pods of a Service that answer on the same ports. A named port may be another number in each Pod. */
export interface PortGroup {
  readonly ports: readonly EndpointPort[];
  readonly members: readonly Member[];
}

/** One Pod as the Service's clients see it. */
export interface Member {
  readonly pod: Pod;
  readonly endpoint: Endpoint;
}

/** Groups the Service's Pods by the ports they answer on; Pods in the order of their names. */
export function groupsOf(service: Service, pods: readonly Pod[]): readonly PortGroup[] {
  const groups = new Map<string, { ports: readonly EndpointPort[]; members: Member[] }>();
  const headless = service.spec?.clusterIP === 'None';
  for (const pod of [...pods].sort(byName)) {
    if (isPodFinished(pod) || addressesOf(pod).length === 0) continue;
    const ports = portsOf(service, pod);
    if (ports.length === 0 && !(headless && (service.spec?.ports ?? []).length === 0)) continue;
    const key = canonicalJson(ports);
    const group = groups.get(key) ?? { ports, members: [] };
    group.members.push({ pod, endpoint: endpointOf(service, pod) });
    groups.set(key, group);
  }
  return [...groups.values()];
}

function byName(a: Pod, b: Pod): number {
  const [first, second] = [a.metadata?.name ?? '', b.metadata?.name ?? ''];
  return first < second ? -1 : Number(first > second);
}

function addressesOf(pod: Pod): readonly string[] {
  const ip = pod.status?.podIP ?? pod.status?.podIPs?.[0]?.ip;
  return ip === undefined || ip === '' ? [] : [ip];
}

function endpointOf(service: Service, pod: Pod): Endpoint {
  const serving = isPodReady(pod);
  const terminating = isTerminating(pod);
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const named = pod.spec?.hostname && pod.spec.subdomain === service.metadata?.name;
  return {
    addresses: addressesOf(pod),
    conditions: { ready, serving, terminating },
    ...(named ? { hostname: pod.spec?.hostname } : {}),
    ...(pod.spec?.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: {
      kind: 'Pod',
      namespace: pod.metadata?.namespace,
      name: pod.metadata?.name,
      uid: pod.metadata?.uid,
    },
  };
}

/** The Service's ports as this Pod has them; a port whose name the Pod does not know is left out. */
function portsOf(service: Service, pod: Pod): readonly EndpointPort[] {
  return (service.spec?.ports ?? []).flatMap((port): EndpointPort[] => {
    const number = targetPort(port, pod);
    if (number === undefined) return [];
    return [
      {
        name: port.name ?? '',
        port: number,
        protocol: port.protocol ?? 'TCP',
        ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
      },
    ];
  });
}

function targetPort(port: ServicePort, pod: Pod): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target === 0 ? port.port : target;
  const sidecars = (pod.spec?.initContainers ?? []).filter(
    (container) => container.restartPolicy === 'Always',
  );
  const containers: readonly Container[] = [...(pod.spec?.containers ?? []), ...sidecars];
  return containers
    .flatMap((container) => container.ports ?? [])
    .find(
      (candidate) => candidate.name === target && (candidate.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    )?.containerPort;
}

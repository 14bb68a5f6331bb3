import type { Container, Pod, PodSpec } from '../generated/core-v1.js';
import { change, fill, mapList } from './fill.js';
import { defaultPodSpec } from './pod-spec.js';

/** A limit without a request is a request too. */
function requestsFromLimits(container: Container): Container {
  const { limits, requests } = container.resources ?? {};
  if (limits === undefined || Object.keys(limits).every((name) => requests?.[name] !== undefined))
    return container;
  return { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } };
}

function hostPorts(container: Container): Container {
  return change(container, 'ports', (ports) =>
    mapList(ports, (port) => (port.hostPort ? port : { ...port, hostPort: port.containerPort })),
  );
}

function defaultSpecOfPod(spec: PodSpec): PodSpec {
  const filled = fill(defaultPodSpec(spec), { enableServiceLinks: true });
  const each = (container: Container): Container => {
    const requested = requestsFromLimits(container);
    return filled.hostNetwork === true ? hostPorts(requested) : requested;
  };
  const main = change(filled, 'containers', (list) => mapList(list, each));
  return change(main, 'initContainers', (list) => mapList(list, each));
}

/** A Pod's defaults. */
export function defaultPod(pod: Pod): Pod {
  return change(pod, 'spec', defaultSpecOfPod);
}

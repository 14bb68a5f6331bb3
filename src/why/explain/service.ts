import type { Pod, Service } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isPodFinished, isPodReady } from '../../api/pods.js';
import { matchesLabels, selectorOfLabels } from '../../api/selectors.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { missing, settled, subjectOf } from './common.js';

/** The Pods that a Service selects. */
export async function selectedPods(service: Service, reader: Reader): Promise<readonly Pod[]> {
  const { selector = {} } = service.spec ?? {};
  if (Object.keys(selector).length === 0) return [];
  const wanted = selectorOfLabels(selector);
  const pods = await reader.list(kinds.Pod, service.metadata?.namespace);
  return pods.filter((pod) => matchesLabels(wanted, pod.metadata?.labels) && !isPodFinished(pod));
}

function portIn(pod: Pod, name: string): boolean {
  return (pod.spec?.containers ?? []).some(({ ports = [] }) => ports.some((port) => port.name === name));
}

function namedPortMissing(service: Service, pods: readonly Pod[]): string | undefined {
  const names = (service.spec?.ports ?? []).flatMap(({ targetPort }) =>
    typeof targetPort === 'string' && !/^\d+$/.test(targetPort) ? [targetPort] : [],
  );
  return names.find((name) => !pods.some((pod) => portIn(pod, name)));
}

/** The labels that a Service selects by, as kubectl writes them. */
export function selectorTextOf(service: Service): string {
  return Object.entries(service.spec?.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function unselected(about: Subject, service: Service): Link {
  const selector = selectorTextOf(service);
  return {
    about,
    settled: false,
    reason: 'SelectsNothing',
    message: `it has no endpoints: no Pod of the namespace has the labels ${selector}`,
    unblockedBy: `a Pod with the labels ${selector}, or another selector of the Service (kubectl get pods -n ${about.namespace} --show-labels)`,
  };
}

/** Why a Service has no endpoints. */
export async function explainService(about: Subject, reader: Reader): Promise<Link> {
  const { namespace = '', name } = about;
  const service = await reader.get(kinds.Service, { namespace, name });
  if (service === undefined) return missing(about);
  if (service.spec?.type === 'ExternalName') {
    return { ...settled(about, `it stands for ${service.spec.externalName}`), reason: 'ExternalName' };
  }
  const pods = await selectedPods(service, reader);
  if (Object.keys(service.spec?.selector ?? {}).length === 0) {
    return { ...settled(about, 'it selects no Pods; its endpoints are made by hand'), reason: 'NoSelector' };
  }
  const [first] = pods;
  if (first === undefined) return unselected(about, service);
  const port = namedPortMissing(service, pods);
  if (port !== undefined) {
    const message = `it sends to the port "${port}", and none of its Pods has a container port of that name`;
    return {
      about,
      settled: false,
      reason: 'NoSuchPort',
      message,
      unblockedBy: `name a port "${port}" in the Pods, or change the Service's targetPort`,
    };
  }
  const ready = pods.filter(isPodReady).length;
  const all = pods.length;
  if (service.spec?.publishNotReadyAddresses === true)
    return settled(
      about,
      `all ${all} Pods are endpoints, ready or not (publishNotReadyAddresses): ${ready} ready`,
    );
  if (ready > 0) return settled(about, `${ready} of ${all} Pods are endpoints`);
  const those =
    all === 1 ? '1 Pod is selected, and it is not ready' : `${all} Pods are selected, and none is ready`;
  const message = `it has no ready endpoints: ${those}`;
  return { about, settled: false, reason: 'NoReadyEndpoints', message, on: subjectOf('Pod', first) };
}

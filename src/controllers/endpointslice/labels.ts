import type { Pod, Service } from '../../api/generated/core-v1.js';
import { podCondition } from '../../api/pods.js';

/** Label of a slice: the Service it belongs to. */
export const serviceNameLabel = 'kubernetes.io/service-name';
/** Label of a slice: who keeps it. */
export const sliceManagedByLabel = 'endpointslice.kubernetes.io/managed-by';
/** This controller, as slices name it. */
export const sliceManager = 'endpointslice-controller.k8s.io';
/** Label of an Endpoints object: who keeps it. */
export const endpointsManagedByLabel = 'endpoints.kubernetes.io/managed-by';
/** This controller, as Endpoints name it. */
export const endpointsManager = 'endpoint-controller';

const headlessLabel = 'service.kubernetes.io/headless';
const triggerAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/** The Service's own labels with those that say what it is. */
export function labelsFor(
  service: Service,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const headless: Record<string, string> = service.spec?.clusterIP === 'None' ? { [headlessLabel]: '' } : {};
  return { ...service.metadata?.labels, ...headless, ...own };
}

/** The annotation with the time of the latest change that the endpoints show. */
export function triggerTime(service: Service, pods: readonly Pod[]): Readonly<Record<string, string>> {
  const times = pods.map((pod) => podCondition(pod, 'Ready')?.lastTransitionTime ?? '');
  const latest = [service.metadata?.creationTimestamp ?? '', ...times].sort().at(-1);
  return latest ? { [triggerAnnotation]: latest } : {};
}

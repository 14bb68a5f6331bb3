import type {
  Container,
  ObjectFieldSelector,
  Pod,
  ResourceFieldSelector,
} from '../../api/generated/core-v1.js';
import { metadataText, resourceText } from '../volumes/downward.js';
import { StepError } from './step-error.js';

/** What a Pod's own fields may be asked for beyond its object. */
export interface PodRuntimeFields {
  readonly podIPs: readonly string[];
  readonly hostIP: string;
  /** What a container without a limit may use. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** The value of a field of the Pod, for the environment. */
export function fieldValue({ fieldPath }: ObjectFieldSelector, pod: Pod, runtime: PodRuntimeFields): string {
  const values: Readonly<Record<string, string | undefined>> = {
    'spec.nodeName': pod.spec?.nodeName ?? '',
    'spec.serviceAccountName': pod.spec?.serviceAccountName ?? '',
    'status.hostIP': runtime.hostIP,
    'status.hostIPs': runtime.hostIP,
    'status.podIP': runtime.podIPs[0] ?? '',
    'status.podIPs': runtime.podIPs.join(','),
  };
  const value = values[fieldPath] ?? metadataText(pod, fieldPath);
  if (value !== undefined) return value;
  throw new StepError('CreateContainerConfigError', `field "${fieldPath}" of the Pod cannot be had here`);
}

/** Whose request or limit is asked for: another container's by name, or its own. */
export interface ResourceOwner {
  readonly pod: Pod;
  readonly container: Container;
}

/** The value of a request or limit, for the environment. */
export function resourceValue(
  selector: ResourceFieldSelector,
  { pod, container }: ResourceOwner,
  { allocatable }: PodRuntimeFields,
): string {
  const containerName = selector.containerName || container.name;
  return resourceText({ ...selector, containerName }, { pod, allocatable });
}

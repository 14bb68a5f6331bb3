import type {
  Container,
  ObjectFieldSelector,
  Pod,
  ResourceFieldSelector,
} from '../../api/generated/core-v1.js';
import { parseQuantity } from '../../api/quantity.js';
import { StepError } from './step-error.js';

/** What a Pod's own fields may be asked for beyond its object. */
export interface PodRuntimeFields {
  readonly podIPs: readonly string[];
  readonly hostIP: string;
  /** What a container without a limit may use. */
  readonly allocatable: Readonly<Record<string, string>>;
}

function quoted(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

const subscript = /^metadata\.(labels|annotations)\['(.+)'\]$/;

/** The value of a field of the Pod, for the environment or a downward API volume. */
export function fieldValue({ fieldPath }: ObjectFieldSelector, pod: Pod, runtime: PodRuntimeFields): string {
  const [, map, key = ''] = subscript.exec(fieldPath) ?? [];
  if (map === 'labels') return pod.metadata?.labels?.[key] ?? '';
  if (map === 'annotations') return pod.metadata?.annotations?.[key] ?? '';
  const values: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata?.name,
    'metadata.namespace': pod.metadata?.namespace,
    'metadata.uid': pod.metadata?.uid,
    'metadata.labels': quoted(pod.metadata?.labels),
    'metadata.annotations': quoted(pod.metadata?.annotations),
    'spec.nodeName': pod.spec?.nodeName ?? '',
    'spec.serviceAccountName': pod.spec?.serviceAccountName ?? '',
    'status.hostIP': runtime.hostIP,
    'status.hostIPs': runtime.hostIP,
    'status.podIP': runtime.podIPs[0] ?? '',
    'status.podIPs': runtime.podIPs.join(','),
  };
  const value = values[fieldPath];
  if (value === undefined)
    throw new StepError('CreateContainerConfigError', `field "${fieldPath}" of the Pod cannot be had here`);
  return value;
}

/** The value of a request or limit of a container, in units of the divisor and rounded up. */
export function resourceValue(
  selector: ResourceFieldSelector,
  container: Container,
  runtime: PodRuntimeFields,
): string {
  const [list = '', ...rest] = selector.resource.split('.');
  const resource = rest.join('.');
  const { limits = {}, requests = {} } = container.resources ?? {};
  const amount =
    list === 'limits'
      ? (limits[resource] ?? runtime.allocatable[resource])
      : (requests[resource] ?? limits[resource]);
  const { nano } = parseQuantity(amount ?? '0');
  const given = selector.divisor;
  const { nano: divisor } = parseQuantity(given === undefined || given === '0' ? '1' : given);
  return String((nano + divisor - 1n) / divisor);
}

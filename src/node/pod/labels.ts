import type { Container, Pod } from '../../api/generated/core-v1.js';
import { shortHash } from '../../api/hash.js';

/** The labels and annotations that the kubelet puts on what it makes, and some of ours. */
export const labels = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
  hash: 'io.kubernetes.container.hash',
  restartCount: 'io.kubernetes.container.restartCount',
  terminationMessagePath: 'io.kubernetes.container.terminationMessagePath',
  terminationMessagePolicy: 'io.kubernetes.container.terminationMessagePolicy',
  podGrace: 'io.kubernetes.pod.terminationGracePeriod',
  /** How long the successor waits after the container's end, in milliseconds. */
  backoffMs: 'holdfast.dev/restart-backoff-ms',
  /** The image that it was made from, when that stands in for the one of its definition. */
  standIn: 'holdfast.dev/stand-in',
} as const;

/** Labels of a sandbox: the Pod's own, and who it is. */
export function sandboxLabels(pod: Pod): Readonly<Record<string, string>> {
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  return {
    ...pod.metadata?.labels,
    [labels.podName]: name,
    [labels.podNamespace]: namespace,
    [labels.podUid]: uid,
  };
}

/** Labels of a container: which one of which Pod it is. */
export function containerLabels(pod: Pod, container: Container): Readonly<Record<string, string>> {
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  return {
    [labels.podName]: name,
    [labels.podNamespace]: namespace,
    [labels.podUid]: uid,
    [labels.containerName]: container.name,
  };
}

/** What an agent that was restarted must know of a container without asking anyone. */
export function containerAnnotations(
  pod: Pod,
  container: Container,
  made: { readonly attempt: number; readonly backoffMs: number; readonly standIn?: string | undefined },
): Readonly<Record<string, string>> {
  return {
    [labels.hash]: shortHash({ name: container.name, image: container.image }),
    [labels.restartCount]: String(made.attempt),
    [labels.terminationMessagePath]: container.terminationMessagePath ?? '/dev/termination-log',
    [labels.terminationMessagePolicy]: container.terminationMessagePolicy ?? 'File',
    [labels.podGrace]: String(pod.spec?.terminationGracePeriodSeconds ?? 30),
    [labels.backoffMs]: String(made.backoffMs),
    ...(made.standIn !== undefined && { [labels.standIn]: made.standIn }),
  };
}

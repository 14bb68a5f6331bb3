import { join } from 'node:path';
import type { Pod } from '../../api/generated/core-v1.js';

/** Where the Pods of this node keep what is theirs. */
export interface NodePlaces {
  /** One folder for each Pod, by uid. */
  readonly pods: string;
  readonly logs: string;
}

function podFolder(places: NodePlaces, uid: string): string {
  return join(places.pods, uid);
}

/** The Pod's own /etc/hosts. */
export function hostsFilePath(places: NodePlaces, uid: string): string {
  return join(podFolder(places, uid), 'etc-hosts');
}

/** Where a container leaves its last words. */
export function terminationMessagePath(
  places: NodePlaces,
  uid: string,
  container: { readonly name: string; readonly attempt: number },
): string {
  return join(podFolder(places, uid), 'containers', container.name, String(container.attempt));
}

/** Where the logs of a Pod lie; named as the kubelet does, so that log collectors find them. */
export function logFolder(places: NodePlaces, pod: Pod): string {
  const { name, namespace, uid } = pod.metadata ?? {};
  return join(places.logs, `${namespace}_${name}_${uid}`);
}

/** The log of one container, relative to the Pod's log folder. */
export function logFile(container: string, attempt: number): string {
  return join(container, `${attempt}.log`);
}

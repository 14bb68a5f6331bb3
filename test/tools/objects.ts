import type { StatefulSet } from '../../src/api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../src/api/generated/core-v1.js';
import type { EndpointSlice } from '../../src/api/generated/discovery-v1.js';
import { type Patience, until } from './eventually.js';
import type { Kubectl } from './kubectl.js';

/** Objects of a kind, as a list holds them. */
export interface ListOf<T> {
  readonly items: readonly T[];
}

/** One Pod. */
export function podOf(kubectl: Kubectl, name: string): Promise<Pod> {
  return kubectl.json<Pod>(['get', 'pod', name]);
}

/** Pods that a label selector finds, by name. */
export async function podsOf(kubectl: Kubectl, selector: string): Promise<readonly Pod[]> {
  return (await kubectl.json<ListOf<Pod>>(['get', 'pods', '-l', selector])).items;
}

/** One claim. */
export function claimOf(kubectl: Kubectl, name: string): Promise<PersistentVolumeClaim> {
  return kubectl.json<PersistentVolumeClaim>(['get', 'pvc', name]);
}

/** Status, reason and message of a Pod's condition; undefined when the Pod has none of that type. */
export function conditionOf(pod: Pod, type: string) {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** Whether a Pod is Ready. */
export function isReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Waits until a set has that many Pods, all of them ready and of its newest revision. */
export function setIsReady(
  kubectl: Kubectl,
  name: string,
  replicas: number,
  patience: Patience = { timeoutMs: 120_000 },
): Promise<StatefulSet> {
  return until(
    `StatefulSet ${name} has ${replicas} ready Pods`,
    () => kubectl.json<StatefulSet>(['get', 'statefulset', name]),
    ({ metadata, spec, status }) =>
      spec?.replicas === replicas &&
      status?.observedGeneration === metadata?.generation &&
      status?.replicas === replicas &&
      status.readyReplicas === replicas,
    { everyMs: 250, ...patience },
  );
}

/** Waits until a Pod of that name exists that is not the one with `uid`, and is ready; gives it. */
export function podIsNew(kubectl: Kubectl, name: string, uid: string | undefined): Promise<Pod> {
  return until(
    `a new Pod ${name} is ready`,
    () => podOf(kubectl, name),
    (pod) => pod.metadata?.uid !== uid && isReady(pod),
    { timeoutMs: 120_000 },
  );
}

/** Names of the claims, sorted. */
export async function claimNames(kubectl: Kubectl): Promise<readonly string[]> {
  const { items } = await kubectl.json<ListOf<PersistentVolumeClaim>>(['get', 'pvc']);
  return items.map((claim) => claim.metadata?.name ?? '').toSorted();
}

/** Addresses of a Service's ready endpoints, sorted. */
export async function readyAddresses(kubectl: Kubectl, service: string): Promise<readonly string[]> {
  const selector = `kubernetes.io/service-name=${service}`;
  const slices = await kubectl.json<ListOf<EndpointSlice>>(['get', 'endpointslices', '-l', selector]);
  return slices.items
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses }) => addresses)
    .toSorted();
}

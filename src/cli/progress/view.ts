import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';

/** How a line stands: drawn by a sign and a colour. */
export type Mark = 'done' | 'moving' | 'waiting' | 'trouble';

/** One line of the tree, before it is coloured. `depth` is the indentation. */
export interface Line {
  readonly depth: number;
  readonly mark: Mark;
  readonly name: string;
  readonly text: string;
}

/** The objects that the tree shows. */
export interface World {
  readonly sets: readonly StatefulSet[];
  /** Pods that belong to no set come last; those of other sets are left out. */
  readonly pods: readonly Pod[];
  readonly claims: readonly PersistentVolumeClaim[];
  /** Bytes copied by the clones that run, by `namespace/name` of the Pod. */
  readonly clones?: ReadonlyMap<string, { readonly doneBytes: number; readonly totalBytes: number }>;
}

const OPERATOR_CONDITION = 'mysql.holdfast.dev/ready';

/** Draws sets with their Pods and claims; Pods that belong to no set below. Pure. */
export function linesOf(world: World): readonly Line[] {
  const owned = new Set<Pod>();
  const setLines = world.sets.flatMap((set) => {
    const pods = world.pods.filter((pod) => ownerOf(pod)?.uid === set.metadata?.uid);
    for (const pod of pods) owned.add(pod);
    return [setLine(set), ...pods.toSorted(byOrdinal).flatMap((pod) => podLines(pod, world, 1))];
  });
  // Another set of the namespace is nobody's concern here; Pods of a Deployment or of no one may well be.
  const others = world.pods.filter((pod) => !owned.has(pod) && ownerOf(pod)?.kind !== 'StatefulSet');
  return [...setLines, ...others.toSorted(byOrdinal).flatMap((pod) => podLines(pod, world, 0))];
}

function setLine({ metadata, spec, status }: StatefulSet): Line {
  const wanted = spec?.replicas ?? 1;
  const ready = status?.readyReplicas ?? 0;
  return {
    depth: 0,
    mark: ready >= wanted ? 'done' : 'moving',
    name: `statefulset/${metadata?.name ?? ''}`,
    text: `${ready} of ${wanted} ready`,
  };
}

function podLines(pod: Pod, { claims, clones }: World, depth: number): Line[] {
  const volumes = (pod.spec?.volumes ?? []).flatMap(
    (volume) => volume.persistentVolumeClaim?.claimName ?? [],
  );
  const bound = volumes.map((name) => {
    const claim = claims.find(
      (one) => one.metadata?.name === name && one.metadata.namespace === pod.metadata?.namespace,
    );
    const size = claim?.status?.capacity?.['storage'];
    return `${name} ${claim?.status?.phase ?? 'missing'}${size === undefined ? '' : ` ${size}`}`;
  });
  const line: Line = {
    depth,
    mark: markOf(pod),
    name: pod.metadata?.name ?? '',
    text: stateOf(pod) + copied(pod, clones),
  };
  return [
    line,
    ...bound.map(
      (text): Line => ({
        depth: depth + 1,
        mark: text.includes(' Bound') ? 'done' : 'waiting',
        name: 'claim',
        text,
      }),
    ),
  ];
}

function copied(pod: Pod, clones: World['clones']): string {
  const clone = clones?.get(`${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`);
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  return clone === undefined ? '' : `, ${mebibytes(clone.doneBytes)} of ${mebibytes(clone.totalBytes)} MiB`;
}

function markOf(pod: Pod): Mark {
  if (condition(pod, 'Ready')?.status === 'True') return 'done';
  if (waitingReason(pod) !== undefined && waitingReason(pod) !== 'ContainerCreating') return 'trouble';
  return pod.status?.phase === 'Running' ? 'moving' : 'waiting';
}

/** A Pod's state in words; the operator's come with it: they say what the database does, not only what the container does. */
export function stateOf(pod: Pod): string {
  if (pod.metadata?.deletionTimestamp !== undefined) return 'Terminating';
  const stuck = waitingReason(pod);
  const ready = condition(pod, 'Ready')?.status === 'True';
  const member = condition(pod, OPERATOR_CONDITION);
  const phase = ready ? 'Running, ready' : (stuck ?? pod.status?.phase ?? 'Pending');
  const told = waitingMessage(pod);
  if (member?.reason !== undefined) return `${phase} · ${member.reason}: ${member.message ?? ''}`;
  if (stuck !== undefined && told !== undefined) return `${phase} · ${told}`;
  const scheduled = condition(pod, 'PodScheduled');
  return scheduled?.status === 'False' ? `${phase} · ${scheduled.message ?? ''}` : phase;
}

function waitingReason(pod: Pod): string | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return statuses
    .map((status) => status.state?.waiting?.reason)
    .find((reason) => reason !== undefined && reason !== 'PodInitializing');
}

function waitingMessage(pod: Pod): string | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return statuses
    .map((status) => status.state?.waiting?.message)
    .find((message) => message !== undefined && message !== '');
}

function condition(pod: Pod, type: string) {
  return pod.status?.conditions?.find((candidate) => candidate.type === type);
}

function ownerOf(pod: Pod) {
  return pod.metadata?.ownerReferences?.find((owner) => owner.controller);
}

/** Orders Pods by name, numbers in it as numbers. */
export function byOrdinal(left: Pod, right: Pod): number {
  return (left.metadata?.name ?? '').localeCompare(right.metadata?.name ?? '', 'en', { numeric: true });
}

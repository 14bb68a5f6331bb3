import type { ContainerDetails, ContainerInfo, SandboxInfo } from './cri/container-runtime.js';
import type { ContainerFact } from './facts.js';
import { labels } from './pod/labels.js';

/** Who a Pod is, as the runtime's labels tell it. */
export interface KnownPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly running: boolean;
}

/** Newest first: what was made last counts. */
export function newestFirst<T extends { readonly attempt: number; readonly createdAtMs: number }>(
  items: readonly T[],
): readonly T[] {
  return items.toSorted((a, b) => b.createdAtMs - a.createdAtMs || b.attempt - a.attempt);
}

/** Every Pod that the runtime's labels name, once. */
export function identities(
  sandboxes: readonly SandboxInfo[],
  containers: readonly ContainerInfo[],
): Iterable<Omit<KnownPod, 'running'>> {
  const found = new Map<string, Omit<KnownPod, 'running'>>();
  for (const { labels: marks } of [...sandboxes, ...containers]) {
    const uid = marks[labels.podUid];
    if (uid === undefined || found.has(uid)) continue;
    found.set(uid, { uid, namespace: marks[labels.podNamespace] ?? '', name: marks[labels.podName] ?? '' });
  }
  return found.values();
}

/** A container as the plan sees it. */
export function containerFact(info: ContainerInfo, details: ContainerDetails): ContainerFact {
  const standIn = info.annotations[labels.standIn];
  return {
    id: info.id,
    sandboxId: info.sandboxId,
    name: info.name,
    attempt: info.attempt,
    phase: details.phase,
    imageRef: details.imageRef,
    createdAtMs: info.createdAtMs,
    startedAtMs: details.startedAtMs,
    finishedAtMs: details.finishedAtMs,
    exitCode: details.exitCode,
    reason: details.reason,
    message: details.message,
    hash: info.annotations[labels.hash] ?? '',
    backoffMs: Number(info.annotations[labels.backoffMs] ?? 0),
    ...(standIn !== undefined && { standIn }),
  };
}

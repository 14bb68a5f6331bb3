import type { Job } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { isPodReady } from '../../api/pods.js';
import { cheapestFirst } from '../shared/pod-ranking.js';
import type { JobStep } from './actions.js';
import { backoffLeftMs, indexBackoffLeftMs } from './backoff.js';
import type { PodEnd } from './facts.js';
import { firstFree, type Indexes, withIndexes } from './indexes.js';
import { newPod } from './new-pod.js';
import { hasLimitPerIndex, indexOf, isIndexed, replacesOnlyFailed } from './tracking.js';
import type { JobView } from './view.js';

/** Pods created or deleted in one pass at most, as in Kubernetes. */
const burst = 500;

/** What is done about the number of running Pods. */
export interface Managed {
  readonly steps: readonly JobStep[];
  /** Active Pods, and those of them that are ready, once the steps are done. */
  readonly active: number;
  readonly ready: number;
  /** Active Pods that the steps delete. */
  readonly deleted: number;
  /** Pods are missing and have to wait this long, milliseconds, for the back-off. */
  readonly backoffMs?: number;
}

/** Deletes every active Pod: as failed ones that are counted, or as Pods that never were. */
export function deleteAll({ active }: JobView, uncounted: boolean): Managed {
  return afterDeleting(active, active, uncounted);
}

/** Brings the number of active Pods to what the Job wants now. */
export function manage(view: JobView, ends: readonly PodEnd[]): Managed {
  const { job, active } = view;
  if (job.spec?.suspend === true) return deleteAll(view, true);
  const wanted = wantedActive(view);
  const surplus = podsToDelete(view, Math.max(0, active.length - wanted)).slice(0, burst);
  if (surplus.length > 0) return afterDeleting(active, surplus, true);
  const leaving = replacesOnlyFailed(job) ? view.terminating.length : 0;
  const missing = Math.min(wanted - leaving - active.length, burst);
  return missing > 0 ? create(view, ends, missing) : afterDeleting(active, [], true);
}

function afterDeleting(active: readonly Pod[], doomed: readonly Pod[], uncounted: boolean): Managed {
  const left = active.filter((pod) => !doomed.includes(pod));
  return {
    steps: doomed.map((pod) => ({ type: 'deletePod', pod, uncounted })),
    active: left.length,
    ready: left.filter(isPodReady).length,
    deleted: doomed.length,
  };
}

/** Never more than are still to succeed; a work queue's Pods are not replaced once one has succeeded. */
function wantedActive({ job, active, succeeded }: JobView): number {
  const { completions, parallelism = 1 } = job.spec ?? {};
  if (completions === undefined || completions === null) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

function podsToDelete({ job, active }: JobView, atLeast: number): readonly Pod[] {
  const misfits = isIndexed(job) ? withoutPlace(job, active) : [];
  const rest = cheapestFirst(
    active.filter((pod) => !misfits.includes(pod)),
    new Map(),
  );
  return [...misfits, ...rest.slice(0, Math.max(0, atLeast - misfits.length))];
}

/** Pods without a valid index, and all but the best of those that share one. */
function withoutPlace(job: Job, active: readonly Pod[]): readonly Pod[] {
  const taken = new Set<number>();
  return cheapestFirst(active, new Map())
    .toReversed()
    .filter((pod) => {
      const index = indexOf(job, pod);
      if (index === undefined || taken.has(index)) return true;
      taken.add(index);
      return false;
    });
}

function create(view: JobView, ends: readonly PodEnd[], missing: number): Managed {
  const { job, active, now } = view;
  const none = afterDeleting(active, [], true);
  const backoffMs = hasLimitPerIndex(job) ? 0 : backoffLeftMs(ends, now.getTime());
  if (backoffMs > 0) return { ...none, backoffMs };
  const pods = isIndexed(job)
    ? indexedPods(view, missing)
    : { created: Array.from({ length: missing }, () => newPod(job)), backoffMs: 0 };
  return {
    ...none,
    steps: pods.created.map((pod) => ({ type: 'createPod', pod })),
    active: active.length + pods.created.length,
    ...(pods.backoffMs > 0 && { backoffMs: pods.backoffMs }),
  };
}

interface NewPods {
  readonly created: readonly Pod[];
  /** How long the next index that had to be left out has to wait; 0 when none had to. */
  readonly backoffMs: number;
}

function indexedPods(view: JobView, missing: number): NewPods {
  const { job, lastFailures, now } = view;
  const free = firstFree(takenIndexes(view), missing, job.spec?.completions ?? 0);
  const waits = free.map((index) => indexBackoffLeftMs(lastFailures.get(index), now.getTime()));
  const due = free.filter((_, at) => waits[at] === 0);
  const later = waits.filter((ms) => ms > 0);
  return {
    created: due.map((index) => newPod(job, { index, lastFailed: lastFailures.get(index) })),
    backoffMs: later.length === 0 ? 0 : Math.min(...later),
  };
}

function takenIndexes({ job, active, terminating, succeededIndexes, failedIndexes }: JobView): Indexes {
  const busy = replacesOnlyFailed(job) ? [...active, ...terminating] : active;
  const indexes = busy.flatMap((pod) => indexOf(job, pod) ?? []);
  return withIndexes(withIndexes([...succeededIndexes, ...failedIndexes], []), indexes);
}

import type { JobStatus } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { isPodActive, isTerminating } from '../../api/pods.js';
import { verdictOn } from './failure-policy.js';
import { countOf, hasIndex, indexesText, withIndexes } from './indexes.js';
import type { Outcome } from './outcome.js';
import { hasLimitPerIndex, indexOf, isFailed, isIndexed, isSucceeded, isTracked } from './tracking.js';
import type { JobView } from './view.js';

/** UIDs that a status names at most, so that it stays small. */
const mostUncounted = 500;

/**
 * The counters of a Job and the Pods that it need not hold any longer. A Pod is counted in three steps, each of which a crash
 * may interrupt without harm: its uid is noted in the status, then its finalizer goes, then the noted uid becomes part of a
 * counter. For Indexed Jobs the index in `completedIndexes` is note and counter in one.
 */
export interface Counted {
  readonly counters: Pick<
    JobStatus,
    'succeeded' | 'failed' | 'completedIndexes' | 'failedIndexes' | 'uncountedTerminatedPods'
  >;
  readonly untrack: readonly Pod[];
  /** Nothing is noted that is not counted, and no Pod is held. */
  readonly settled: boolean;
}

/** What the next step of counting a Pod is. */
type Note = 'succeeded' | 'failed' | 'index' | 'untrack' | 'keep';

/** Takes the next step of counting for every Pod that has ended. */
export function countPods(view: JobView, outcome: Outcome | undefined): Counted {
  const { job, owned } = view;
  const tracked = owned.filter(isTracked);
  const held = new Set(tracked.map(uidOf));
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  const notes: Notes = {
    succeeded: succeeded.filter((uid) => held.has(uid)),
    failed: failed.filter((uid) => held.has(uid)),
    indexes: [],
    untrack: [],
  };
  for (const pod of tracked) take(notes, noteOf(view, pod, outcome), { pod, index: indexOf(job, pod) ?? 0 });
  const counters = {
    ...(isIndexed(job)
      ? indexedCounters(view, notes.indexes)
      : { succeeded: sum(job.status?.succeeded, succeeded, held) }),
    failed: sum(job.status?.failed, failed, held),
    uncountedTerminatedPods: {
      ...(notes.succeeded.length > 0 && { succeeded: notes.succeeded }),
      ...(notes.failed.length > 0 && { failed: notes.failed }),
    },
  };
  const settled = tracked.length === 0 && notes.succeeded.length + notes.failed.length === 0;
  return { counters, untrack: notes.untrack, settled };
}

interface Notes {
  readonly succeeded: string[];
  readonly failed: string[];
  readonly indexes: number[];
  readonly untrack: Pod[];
}

/** Takes a Pod down under its note; what has no place in the status any more waits for the next pass. */
function take(notes: Notes, note: Note, { pod, index }: { readonly pod: Pod; readonly index: number }): void {
  if (note === 'keep') return;
  if (note === 'untrack') {
    notes.untrack.push(pod);
    return;
  }
  if (notes.succeeded.length + notes.failed.length + notes.indexes.length >= mostUncounted) return;
  if (note === 'index') notes.indexes.push(index);
  else notes[note].push(uidOf(pod));
}

function uidOf(pod: Pod): string {
  return pod.metadata?.uid ?? '';
}

/** The counter with those that were noted and are no longer held. */
function sum(before: number | undefined, noted: readonly string[], held: ReadonlySet<string>): number {
  return (before ?? 0) + noted.filter((uid) => !held.has(uid)).length;
}

function indexedCounters(
  { job, countedIndexes, failedIndexes }: JobView,
  fresh: readonly number[],
): Counted['counters'] {
  const completed = withIndexes(countedIndexes, fresh);
  return {
    succeeded: countOf(completed),
    completedIndexes: indexesText(completed),
    ...(hasLimitPerIndex(job) && { failedIndexes: indexesText(failedIndexes) }),
  };
}

function noteOf(view: JobView, pod: Pod, outcome: Outcome | undefined): Note {
  const { job } = view;
  if (isTerminating(job)) return 'untrack';
  if (isPodActive(pod) || !mayLetGo(view, pod, outcome)) return 'keep';
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  const uid = uidOf(pod);
  if (failed.includes(uid) || succeeded.includes(uid)) return 'untrack';
  if (isIndexed(job) && indexOf(job, pod) === undefined) return 'untrack';
  if (isSucceeded(pod)) return isIndexed(job) ? indexNote(view, pod) : 'succeeded';
  const counts = isFailed(job, pod) || outcome?.type === 'FailureTarget';
  return counts && verdictOn(job, pod).action !== 'Ignore' ? 'failed' : 'untrack';
}

function indexNote({ job, countedIndexes }: JobView, pod: Pod): Note {
  return hasIndex(countedIndexes, indexOf(job, pod) ?? 0) ? 'untrack' : 'index';
}

/** A failed Pod whose index is to be tried again is held until its replacement has taken over what it remembers. */
function mayLetGo({ job, lastFailures }: JobView, pod: Pod, outcome: Outcome | undefined): boolean {
  if (outcome !== undefined || isSucceeded(pod)) return true;
  if (!isFailed(job, pod)) return false;
  const index = indexOf(job, pod);
  return index === undefined || lastFailures.get(index) !== pod;
}

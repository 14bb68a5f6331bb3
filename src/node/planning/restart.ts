import type { Container } from '../../api/generated/core-v1.js';
import type { ContainerFact } from '../facts.js';
import { newestOf, type PodView, reportedStatus, roleOf } from './pod-view.js';

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;
/** A container that ran this long has recovered: its next end counts as the first. */
const RECOVERED_AFTER_MS = 2 * LONGEST_BACKOFF_MS;

/** Whether a container that ended is run again. */
export function shouldRestart(view: PodView, container: Container, ended: ContainerFact): boolean {
  const role = roleOf(view, container);
  const policy = view.spec.restartPolicy ?? 'Always';
  if (role === 'ephemeral') return false;
  if (role === 'sidecar') return true;
  if (role === 'init') return ended.exitCode !== 0 && policy !== 'Never';
  if (policy === 'Always') return true;
  return policy === 'OnFailure' && ended.exitCode !== 0;
}

/** What is known of an end for when the successor may start. Times in milliseconds. */
export type Ended = Pick<ContainerFact, 'createdAtMs' | 'finishedAtMs' | 'backoffMs'>;

function recovered(ended: Ended): boolean {
  return (ended.finishedAtMs ?? ended.createdAtMs) - ended.createdAtMs > RECOVERED_AFTER_MS;
}

/** When the successor of an ended container may start, in milliseconds since the epoch. */
export function restartAtMs(ended: Ended): number {
  return (ended.finishedAtMs ?? ended.createdAtMs) + (recovered(ended) ? 0 : ended.backoffMs);
}

/**
 * How long the successor of the container that is about to be made waits after its end: nothing for the first, then 10 s
 * doubling to 5 min. It is written on the container, so that an agent that was restarted still knows.
 */
export function backoffOfNext(ended: Ended | undefined): number {
  if (ended === undefined) return 0;
  if (recovered(ended) || ended.backoffMs === 0) return FIRST_BACKOFF_MS;
  return Math.min(ended.backoffMs * 2, LONGEST_BACKOFF_MS);
}

/** A wait in Kubernetes' words: `10s`, `2m40s`, `5m0s`. */
export function goDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** The number of the container that is about to be made: how often it was restarted, also when the runtime has forgotten. */
export function nextAttempt(view: PodView, name: string): number {
  const newest = newestOf(view, name);
  if (newest !== undefined) return newest.attempt + 1;
  const reported = reportedStatus(view.pod, name);
  return reported?.containerID === undefined ? 0 : reported.restartCount + 1;
}

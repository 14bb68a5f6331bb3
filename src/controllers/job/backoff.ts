import type { Pod } from '../../api/generated/core-v1.js';
import { type BackoffOptions, backoffMs } from '../../lib/backoff.js';
import type { PodEnd } from './facts.js';
import { failuresBefore } from './per-index.js';
import { finishedAtMs } from './tracking.js';

/** Waits between failed Pods and their replacements. */
const podBackoff: BackoffOptions = { baseMs: 10_000, maxMs: 360_000 };

/** Milliseconds until a Pod may be created again: counted from the last failure, by the failures since the last success. */
export function backoffLeftMs(ends: readonly PodEnd[], nowMs: number): number {
  const lastSuccessMs = Math.max(...ends.filter(({ failed }) => !failed).map(({ atMs }) => atMs));
  const failures = ends.filter(({ failed, atMs }) => failed && atMs > lastSuccessMs);
  if (failures.length === 0) return 0;
  const lastMs = Math.max(...failures.map(({ atMs }) => atMs));
  return leftMs(failures.length, lastMs, nowMs);
}

/** The same for one index, whose failures its last failed Pod remembers. */
export function indexBackoffLeftMs(lastFailed: Pod | undefined, nowMs: number): number {
  if (lastFailed === undefined) return 0;
  return leftMs(failuresBefore(lastFailed) + 1, finishedAtMs(lastFailed), nowMs);
}

function leftMs(failures: number, lastMs: number, nowMs: number): number {
  return Math.max(0, lastMs + backoffMs(podBackoff, failures - 1) - nowMs);
}

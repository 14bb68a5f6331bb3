import type { Event } from '../../api/generated/core-v1.js';
import type { Plan } from '../../reconcile/contract.js';
import type { EventCleanerAction } from './actions.js';
import type { EventCleanerFacts } from './facts.js';

/** An Event that was not told again for this long goes; Kubernetes keeps them as long. */
export const lifetimeMs = 3_600_000;
const lookAgainAfterMs = 300_000;

/** Decides which Events have outlived their use. */
export function planEventCleaning({ events }: EventCleanerFacts, now: Date): Plan<EventCleanerAction> {
  const old = events.filter((event) => now.getTime() - lastTold(event) >= lifetimeMs);
  return { actions: old.map((event) => ({ type: 'delete', event })), lookAgainAfterMs };
}

function lastTold({ lastTimestamp, series, eventTime, metadata }: Event): number {
  const times = [lastTimestamp, series?.lastObservedTime, eventTime, metadata?.creationTimestamp];
  return Math.max(0, ...times.map((time) => Date.parse(time ?? '')).filter((time) => !Number.isNaN(time)));
}

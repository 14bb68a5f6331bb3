import type { Event } from '../../api/generated/core-v1.js';

/** The one write of this controller. */
export interface EventCleanerAction {
  readonly type: 'delete';
  readonly event: Event;
}

/** Names an action in a log line or an error. */
export function describeAction({ event }: EventCleanerAction): string {
  return `delete Event ${event.metadata?.namespace}/${event.metadata?.name}`;
}

import type { Event } from '../../api/generated/core-v1.js';

/** The one key of this controller: all Events. */
export const allEvents = 'events';

/** All Events of the cluster. */
export interface EventCleanerFacts {
  readonly events: readonly Event[];
}

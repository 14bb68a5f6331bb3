import type { Event } from '../../api/generated/core-v1.js';
import type { Event as EventV1 } from '../../api/generated/events-v1.js';
import { type Conversion, defined } from './conversion.js';

function toEventV1(event: Event): EventV1 {
  const {
    involvedObject,
    message,
    count,
    firstTimestamp,
    lastTimestamp,
    source,
    reportingComponent,
    ...same
  } = event;
  const series = same.series && {
    count: same.series.count ?? 0,
    lastObservedTime: same.series.lastObservedTime ?? '',
  };
  return defined<EventV1>({
    ...same,
    apiVersion: 'events.k8s.io/v1',
    eventTime: event.eventTime ?? event.firstTimestamp ?? '',
    series,
    regarding: involvedObject,
    note: message,
    reportingController: reportingComponent,
    deprecatedCount: count,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedSource: source,
  });
}

function toCoreEvent(event: EventV1): Event {
  const {
    regarding,
    note,
    reportingController,
    deprecatedCount,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedSource,
    ...same
  } = event;
  return defined<Event>({
    ...same,
    apiVersion: 'v1',
    metadata: event.metadata ?? {},
    involvedObject: regarding ?? {},
    message: note,
    reportingComponent: reportingController,
    count: deprecatedCount,
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
    source: deprecatedSource,
  });
}

/** The two faces of Event: core/v1 is stored, events.k8s.io/v1 is made from it. */
export const eventConversion: Conversion = {
  fromStored: (event: Event) => toEventV1(event),
  toStored: (event: EventV1) => toCoreEvent(event),
};

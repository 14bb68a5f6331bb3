import type { Event } from '../../api/generated/core-v1.js';
import type { Event as EventV1 } from '../../api/generated/events-v1.js';
import type { KubeObject } from '../../api/kube-object.js';

/** Turns what is stored into what another group or version shows, and back. */
export interface Conversion {
  fromStored(object: KubeObject): KubeObject;
  toStored(object: KubeObject): KubeObject;
}

function defined<T extends object>(object: T): T {
  const copy = { ...object };
  for (const key of Object.keys(copy))
    if (Reflect.get(copy, key) === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}

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

import type { Event, ObjectReference } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { apiVersionOf, type KindRef, type KubeObject } from '../api/kube-object.js';
import { isNotFound } from '../api/status-error.js';
import type { Client } from '../client/client.js';
import type { Clock } from '../lib/clock.js';
import { messageOf } from '../lib/errors.js';
import { type Logger, silentLogger } from '../lib/log.js';
import { aggregate, type EventFacts, EventMemory } from './event-memory.js';

/** Names an object as events do; `fieldPath` is a part of it, as in `spec.containers{mysql}`. */
export function referenceTo(kind: KindRef, object: KubeObject, fieldPath?: string): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata ?? {};
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name,
    namespace,
    uid,
    resourceVersion,
    fieldPath,
  };
}

/** Tells people what happened to an object. Never waits and never fails: an event that cannot be written is logged. */
export interface EventRecorder {
  event(
    about: ObjectReference,
    type: 'Normal' | 'Warning',
    ...text: readonly [reason: string, message: string]
  ): void;
  /** Resolves when all that was told so far is written or given up. */
  flushed(): Promise<void>;
}

/** What a recorder needs; `component` is who tells, `host` the node it runs on. */
export interface EventRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly component: string;
  readonly host?: string;
  readonly log?: Logger;
}

/** Kubernetes keeps the message of an event to this length. */
const LONGEST_MESSAGE = 1024;

/** A recorder that counts repeats instead of writing them out, as client-go does. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const memory = new EventMemory();
  const log = options.log ?? silentLogger;
  // One after another: of two repeats the second must find what the first wrote.
  let last: Promise<void> = Promise.resolve();

  async function write(facts: EventFacts): Promise<void> {
    try {
      await record(options, memory, facts);
    } catch (error) {
      log.warn('an event could not be written', { reason: facts.reason, why: messageOf(error) });
    }
  }

  return {
    event(about, type, reason, message) {
      const { component, host, clock } = options;
      const text = message.slice(0, LONGEST_MESSAGE);
      const facts = {
        involvedObject: about,
        type,
        reason,
        message: text,
        component,
        host,
        atMs: clock.now(),
      };
      last = last.then(() => write(facts));
    },
    flushed: () => last,
  };
}

async function record(options: EventRecorderOptions, memory: EventMemory, facts: EventFacts): Promise<void> {
  const told = aggregate(memory, facts);
  const before = memory.written(told);
  if (before !== undefined && (await countUp(options.client, before, told))) {
    memory.wrote(told, { ...before, count: before.count + 1 });
    return;
  }
  const event = newEvent(told, memory.nextName(told));
  await options.client.create(kinds.Event, event);
  memory.wrote(told, {
    namespace: event.metadata.namespace ?? '',
    name: event.metadata.name ?? '',
    count: 1,
  });
}

/** False when the event that counts is gone. */
async function countUp(
  client: Client,
  before: { readonly namespace: string; readonly name: string; readonly count: number },
  facts: EventFacts,
): Promise<boolean> {
  const body = { count: before.count + 1, lastTimestamp: timeOf(facts.atMs), message: facts.message };
  try {
    await client.patch(kinds.Event, before, { type: 'application/merge-patch+json', body });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

function newEvent(facts: EventFacts, name: string): Event {
  const { type, reason, message, involvedObject, component, host } = facts;
  const at = timeOf(facts.atMs);
  return {
    metadata: { name, namespace: involvedObject.namespace ?? 'default' },
    involvedObject,
    type,
    reason,
    message,
    source: { component, host },
    reportingComponent: component,
    reportingInstance: host ?? '',
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}

/** meta/v1 Time has whole seconds. */
function timeOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

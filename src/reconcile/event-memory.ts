import type { ObjectReference } from '../api/generated/core-v1.js';

/** All that an event says. `atMs` is milliseconds since the epoch. */
export interface EventFacts {
  readonly involvedObject: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly host: string | undefined;
  readonly atMs: number;
}

/** An event that was written, and how often it has been told. */
export interface WrittenEvent {
  readonly namespace: string;
  readonly name: string;
  readonly count: number;
}

interface Family {
  readonly messages: Set<string>;
  lastMs: number;
}

/** client-go's figures: so many messages of one reason within ten minutes are told one by one, then together. */
const MAX_MESSAGES = 10;
const FAMILY_MS = 600_000;
const MAX_REMEMBERED = 4096;

/** What was told lately; bounded, the longest untouched is forgotten first. */
export class EventMemory {
  readonly #written = new Map<string, WrittenEvent>();
  readonly #families = new Map<string, Family>();
  #named = 0;

  /** The event that says exactly this. */
  written(facts: EventFacts): WrittenEvent | undefined {
    return this.#written.get(sameEvent(facts));
  }

  wrote(facts: EventFacts, event: WrittenEvent): void {
    remember(this.#written, sameEvent(facts), event);
  }

  /** How many different messages of this reason the object has had lately, this one among them. */
  variety(facts: EventFacts): number {
    const key = sameFamily(facts);
    const known = this.#families.get(key);
    const isOld = known === undefined || facts.atMs - known.lastMs > FAMILY_MS;
    const family = isOld ? { messages: new Set<string>(), lastMs: facts.atMs } : known;
    family.lastMs = facts.atMs;
    if (family.messages.size < MAX_MESSAGES) family.messages.add(facts.message);
    else if (!family.messages.has(facts.message))
      return remember(this.#families, key, family).messages.size + 1;
    return remember(this.#families, key, family).messages.size;
  }

  /** Names an event as client-go does: the object and the time, in hexadecimal, made unique. */
  nextName(facts: EventFacts): string {
    this.#named += 1;
    const nanoseconds = BigInt(Math.round(facts.atMs)) * 1_000_000n + BigInt(this.#named % 1_000_000);
    return `${facts.involvedObject.name}.${nanoseconds.toString(16)}`;
  }
}

/** An object that says ever new things for one reason has them told as one event that counts. */
export function aggregate(memory: EventMemory, facts: EventFacts): EventFacts {
  const variety = memory.variety(facts);
  if (variety <= MAX_MESSAGES) return facts;
  return { ...facts, message: `(combined from similar events): ${facts.message}` };
}

function sameFamily({ involvedObject: on, type, reason, component, host }: EventFacts): string {
  const { kind, namespace, name, uid, apiVersion, fieldPath } = on;
  return JSON.stringify([kind, namespace, name, uid, apiVersion, fieldPath, type, reason, component, host]);
}

/** Combined events are the same whatever the newest of them says. */
function sameEvent(facts: EventFacts): string {
  const isCombined = facts.message.startsWith('(combined from similar events): ');
  return `${sameFamily(facts)}${isCombined ? '' : facts.message}`;
}

function remember<V>(map: Map<string, V>, key: string, value: V): V {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_REMEMBERED) {
    const [oldest] = map.keys();
    if (oldest !== undefined) map.delete(oldest);
  }
  return value;
}

import type { ObjectReference as ApiReference } from '../api/generated/core-v1.js';
import type { KindRef, KubeObject } from '../api/kube-object.js';
import type { Cache } from '../client/client.js';
import type { Clock, Timer } from '../lib/clock.js';
import { isSameWait, type KeySource, sentenceOf, type Waiting } from './contract.js';
import { type EventRecorder, referenceTo } from './events.js';
import { splitKey } from './keys.js';

/** A wait shorter than this is the ordinary course of things, milliseconds. */
const patienceMs = 10_000;

/** What announcing needs. */
export interface WaitAnnouncerOptions<Key extends string> {
  readonly clock: Clock;
  readonly events: EventRecorder;
  /** The object that a key is about; undefined when it is gone. */
  readonly about: (key: Key) => ApiReference | undefined;
  /** Whether a wait is worth telling: not where Kubernetes says it in a condition, or where waiting is the ordinary course. */
  readonly isNews?: (waiting: Waiting) => boolean;
}

interface Told {
  waiting: Waiting;
  readonly timer: Timer;
  lasts: boolean;
}

/**
 * Puts what a key waits for into an Event once the wait has lasted, and once for each reason and subject: figures that
 * change in its sentence are no news. Hand one to a driver, which feeds it.
 */
export class WaitAnnouncer<Key extends string = string> {
  readonly #options: WaitAnnouncerOptions<Key>;
  readonly #told = new Map<Key, Told>();
  readonly #listeners = new Set<(key: Key) => void>();

  constructor(options: WaitAnnouncerOptions<Key>) {
    this.#options = options;
  }

  /** Feeds the keys whose waits have lasted, for planners that write it down. */
  readonly lasting: KeySource<Key> = (enqueue) => {
    this.#listeners.add(enqueue);
    return () => this.#listeners.delete(enqueue);
  };

  /** The wait of a key, once it has lasted. */
  lastingWait(key: Key): Waiting | undefined {
    const told = this.#told.get(key);
    return told?.lasts === true ? told.waiting : undefined;
  }

  /** Notes what a key waits for now. */
  note(key: Key, waiting: Waiting | undefined): void {
    const before = this.#told.get(key);
    if (before !== undefined && waiting !== undefined && isSameWait(before.waiting, waiting)) {
      before.waiting = waiting;
      return;
    }
    before?.timer.cancel();
    this.#told.delete(key);
    if (waiting === undefined || this.#options.isNews?.(waiting) === false) return;
    const timer = this.#options.clock.after(patienceMs, () => this.#tell(key));
    this.#told.set(key, { waiting, timer, lasts: false });
  }

  /** Tells nothing any more. */
  stop(): void {
    for (const { timer } of this.#told.values()) timer.cancel();
    this.#told.clear();
  }

  #tell(key: Key): void {
    const told = this.#told.get(key);
    const about = this.#options.about(key);
    if (told === undefined || about === undefined) return;
    told.lasts = true;
    this.#options.events.event(about, 'Normal', told.waiting.reason, sentenceOf(told.waiting));
    for (const listener of this.#listeners) listener(key);
  }
}

/** Finds the object of a key in a cache, for Events about it. */
export function objectIn<T extends KubeObject>(
  cache: Cache<T>,
  kind: KindRef<T>,
): (key: string) => ApiReference | undefined {
  return (key) => {
    const object = cache.get(splitKey(key));
    return object && referenceTo(kind, object);
  };
}

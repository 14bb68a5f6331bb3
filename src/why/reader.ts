import type { Event as CoreEvent } from '../api/generated/core-v1.js';
import { type KindRow, kindRows, kinds } from '../api/kinds.js';
import type { KindRef, KubeObject, ObjectKey } from '../api/kube-object.js';
import { notFound } from '../api/status-error.js';
import type { ReadingClient } from '../client/client.js';
import { type Known, known, unknown } from '../lib/known.js';
import { keyOf } from '../reconcile/keys.js';
import { UnseenError } from './glimpse.js';
import type { Subject, Unseen } from './link.js';
import type { Sight } from './sight.js';

/** Figures of a MySQL member, as they are now. */
export interface MemberFigures {
  readonly lagSeconds?: number | undefined;
  /** The clone that runs. */
  readonly clone?: { readonly doneBytes: number; readonly totalBytes: number } | undefined;
}

/** When a question is asked, and what else than the API can be asked then. */
export interface Moment {
  readonly now: Date;
  /** Figures by `namespace/name` of the Pod; only Holdfast's own server has them. */
  readonly members?: () => Promise<ReadonlyMap<string, MemberFigures>>;
}

/** Whose Events are looked for; with a uid not those of an earlier object of the name. */
export interface EventSubject extends Subject {
  readonly uid?: string | undefined;
}

/** What Kubernetes puts before a message that stands for several. */
const combined = /^\(combined from similar events\): /;

/** What one link of an explanation reads: the objects of a cluster at one time, and what of them could not be seen. */
export class Reader {
  readonly now: Date;
  /** As a controller reads: the subject's namespace, and of kinds that have none all there is. */
  readonly client: ReadingClient;
  readonly #sight: Sight;
  readonly #namespace: string | undefined;
  readonly #members: Moment['members'];
  readonly #unseen = new Map<string, Unseen>();

  constructor(sight: Sight, { namespace }: Subject, { now, members }: Moment) {
    this.#sight = sight;
    this.#namespace = namespace;
    this.now = now;
    this.#members = members;
    this.client = this.clientAcross();
  }

  /** What could not be seen. */
  get unseen(): readonly Unseen[] {
    return [...this.#unseen.values()];
  }

  /** `client`, but with these kinds in all namespaces. */
  clientAcross(...everywhere: readonly KindRef[]): ReadingClient {
    const wide = new Set(everywhere.map(({ plural }) => plural));
    const sight = this.#sight;
    const namespace = this.#namespace;
    return {
      cache: (kind) => sight.list(kind, wide.has(kind.plural) ? undefined : namespace),
      async get(kind, key) {
        const found = await sight.get(kind, key);
        if (found === undefined) throw notFound(kind, key.name);
        return found;
      },
    };
  }

  /** The figures of a MySQL member, if somebody has them. */
  async figures(pod: KubeObject): Promise<MemberFigures | undefined> {
    return (await this.#members?.())?.get(keyOf(pod));
  }

  /** The object, or undefined when there is none. */
  get<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey): Promise<T | undefined> {
    return this.#sight.get(kind, key);
  }

  /** All objects of a kind, or those of one namespace. */
  async list<T extends KubeObject>(kind: KindRef<T>, namespace?: string): Promise<readonly T[]> {
    const all = this.#sight.list(kind, namespace);
    await all.synced;
    return all.list(kind.namespaced ? namespace : undefined);
  }

  /** What an explanation can do without: unknown when it may not be read, which the answer then says. */
  ifSeen<T>(read: () => Promise<T>): Promise<Known<T>> {
    return this.orElse<Known<T>>(
      async () => known(await read()),
      async ({ message }) => unknown(message),
    );
  }

  /** The first of two ways that does not need what may not be read, which the answer then says. */
  async orElse<T>(read: () => Promise<T>, without: (error: UnseenError) => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof UnseenError)) throw error;
      this.note(error);
      return without(error);
    }
  }

  /** Keeps in mind that something could not be seen. */
  note({ unseen }: UnseenError): void {
    this.#unseen.set(`${unseen.resource}/${unseen.namespace ?? ''}`, unseen);
  }

  /** Events about a subject with one of these reasons, the newest last. */
  async events(subject: EventSubject, ...wanted: readonly string[]): Promise<readonly CoreEvent[]> {
    // Events about what has no namespace are in `default`.
    const events = await this.ifSeen(() => this.list(kinds.Event, subject.namespace ?? 'default'));
    const about = (events.known ? events.value : []).filter(
      ({ involvedObject, reason }) =>
        involvedObject.kind === subject.kind &&
        involvedObject.name === subject.name &&
        isSame(involvedObject.uid, subject.uid) &&
        wanted.includes(reason ?? ''),
    );
    return about
      .map((event) => ({ ...event, message: event.message?.replace(combined, '') }))
      .toSorted((a, b) => eventTimeOf(a) - eventTimeOf(b) || revisionOf(a) - revisionOf(b));
  }

  /** What the newest of them says. */
  async event(subject: EventSubject, ...wanted: readonly string[]): Promise<string | undefined> {
    return (await this.events(subject, ...wanted)).at(-1)?.message;
  }
}

/** When an Event was told of last, in milliseconds since the epoch. */
export function eventTimeOf({ lastTimestamp, eventTime, metadata }: CoreEvent): number {
  return Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '') || 0;
}

/** Times of Events have whole seconds; of one second, what was written later is newer. */
function revisionOf({ metadata }: CoreEvent): number {
  return Number(metadata.resourceVersion) || 0;
}

/** Whether an Event is about this object and no namesake of it, as far as both say. */
function isSame(told: string | undefined, uid: string | undefined): boolean {
  return !told || uid === undefined || told === uid;
}

/** The row of a kind by what a person calls it: kind, plural, singular or short name, in any case. */
export function rowCalled(word: string): KindRow | undefined {
  const wanted = word.toLowerCase();
  return kindRows.find(
    ({ kind, plural, singular, shortNames, stored }) =>
      stored && [kind.toLowerCase(), plural, singular, ...shortNames].includes(wanted),
  );
}

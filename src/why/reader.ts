import type { Event as CoreEvent } from '../api/generated/core-v1.js';
import { type KindRow, kindRows, kinds } from '../api/kinds.js';
import type { KindRef, KubeObject, ObjectKey } from '../api/kube-object.js';
import type { Client } from '../client/client.js';
import { keyOf } from '../reconcile/keys.js';
import type { Subject } from './link.js';

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

/** What an explanation reads: the objects of a cluster, by the client's caches, at one time. */
export class Reader {
  readonly client: Client;
  readonly now: Date;

  readonly #members: Moment['members'];

  constructor(client: Client, { now, members }: Moment) {
    this.client = client;
    this.now = now;
    this.#members = members;
  }

  /** The figures of a MySQL member, if somebody has them. */
  async figures(pod: KubeObject): Promise<MemberFigures | undefined> {
    return (await this.#members?.())?.get(keyOf(pod));
  }

  /** The object, or undefined when there is none. */
  async get<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey): Promise<T | undefined> {
    const cache = this.client.cache(kind);
    await cache.synced;
    return cache.get(key);
  }

  /** All objects of a kind, or those of one namespace. */
  async list<T extends KubeObject>(kind: KindRef<T>, namespace?: string): Promise<readonly T[]> {
    const cache = this.client.cache(kind);
    await cache.synced;
    return cache.list(namespace);
  }

  /** Events about a subject with one of these reasons, the newest last. */
  async events(subject: Subject, ...wanted: readonly string[]): Promise<readonly CoreEvent[]> {
    const events = await this.list(kinds.Event, subject.namespace);
    const about = events.filter(
      ({ involvedObject, reason }) =>
        involvedObject.kind === subject.kind &&
        involvedObject.name === subject.name &&
        wanted.includes(reason ?? ''),
    );
    const at = (event: CoreEvent): string =>
      event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '';
    return about.toSorted((a, b) => (at(a) < at(b) ? -1 : 1));
  }

  /** What the newest of them says. */
  async event(subject: Subject, ...wanted: readonly string[]): Promise<string | undefined> {
    return (await this.events(subject, ...wanted)).at(-1)?.message;
  }
}

/** The row of a kind by what a person calls it: kind, plural, singular or short name, in any case. */
export function rowCalled(word: string): KindRow | undefined {
  const wanted = word.toLowerCase();
  return kindRows.find(
    ({ kind, plural, singular, shortNames, stored }) =>
      stored && [kind.toLowerCase(), plural, singular, ...shortNames].includes(wanted),
  );
}

import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { Event, Pod } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import type { KubeObject } from '../api/kube-object.js';
import type { Cache, Client } from '../client/client.js';
import type { HttpsClient } from '../client/https.js';
import type { Clock } from '../lib/clock.js';
import { type Applied, displayName } from './apply.js';
import { readCloneFigures } from './clone-progress.js';
import type { Painter } from './progress/painter.js';
import { byOrdinal, linesOf, stateOf, type World } from './progress/view.js';
import { type Readiness, readinessOf } from './readiness.js';

/** Everything that was applied and is not ready yet, with its state. */
export interface Pending {
  readonly name: string;
  readonly subject: { readonly kind: string; readonly namespace?: string | undefined; readonly name: string };
  readonly readiness: Readiness;
  /** The state of the first Pod that is not ready; '' when none tells. */
  readonly why: string;
}

/** What waiting needs. */
export interface WaitOptions {
  readonly client: HttpsClient;
  readonly clock: Clock;
  readonly painter: Painter;
  readonly timeoutMs: number;
}

/** Event reasons that a person wants to see while waiting, besides warnings. */
const TOLD_REASONS = new Set(['ImageStandIn', 'BuildingImage']);

/** Shows the tree until everything applied is ready, or the time is over; returns what is not ready then. */
export async function waitUntilReady(
  applied: readonly Applied[],
  options: WaitOptions,
): Promise<readonly Pending[]> {
  const { client, clock, painter, timeoutMs } = options;
  const world = openWorld(client, applied);
  await Promise.all(world.all.map((cache) => cache.synced));
  const deadline = clock.now() + timeoutMs;
  const startedAt = new Date(clock.now()).toISOString();
  const told = new Set<string>();
  for (;;) {
    const changed = world.nextChange();
    tellEvents(world.events.list(), { since: startedAt, told, painter, namespaces: world.namespaces });
    const look = world.look();
    painter.draw(
      linesOf({ ...look, clones: look.pods.some(isCloning) ? await readCloneFigures(client) : new Map() }),
    );
    const pending = world.pending();
    const leftMs = deadline - clock.now();
    if (pending.length === 0 || leftMs <= 0) {
      world.close();
      painter.end();
      return pending;
    }
    await Promise.race([changed, clock.sleep(Math.min(leftMs, 1_000))]);
  }
}

function subjectOf({ kind, key }: Applied): Pending['subject'] {
  return { kind: kind.kind, namespace: key.namespace, name: key.name };
}

// A set's first Pod that is not ready holds the others; a Pod speaks for itself.
function blockerOf({ pods }: World, { kind, key }: Applied): string {
  const concerned = pods.filter(
    ({ metadata }) =>
      metadata?.namespace === key.namespace &&
      (kind.kind === 'Pod'
        ? metadata?.name === key.name
        : metadata?.ownerReferences?.some(({ name }) => name === key.name)),
  );
  const blocker = concerned.toSorted(byOrdinal).find((pod) => readinessOf('Pod', pod).done === false);
  return blocker === undefined ? '' : `${blocker.metadata?.name ?? ''} is ${stateOf(blocker)}`;
}

function isCloning(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ reason }) => reason === 'Cloning') ?? false;
}

interface OpenWorld {
  readonly all: readonly Cache<KubeObject>[];
  readonly events: Cache<Event>;
  readonly namespaces: ReadonlySet<string>;
  look(): World;
  pending(): readonly Pending[];
  /** Resolves at the next change of anything shown. */
  nextChange(): Promise<void>;
  close(): void;
}

function openWorld(client: Client, applied: readonly Applied[]): OpenWorld {
  const namespaces = new Set(applied.flatMap(({ key }) => key.namespace ?? []));
  const sets = client.cache(kinds.StatefulSet);
  const pods = client.cache(kinds.Pod);
  const claims = client.cache(kinds.PersistentVolumeClaim);
  const events = client.cache(kinds.Event);
  const byKind = new Map(applied.map((one) => [one.kind.kind, client.cache(one.kind)]));
  const all = [sets, pods, claims, events, ...byKind.values()];
  let wake: () => void = () => undefined;
  const stops = all.map((cache) => cache.onChange(() => wake()));
  const ours = <T extends KubeObject>(cache: Cache<T>): T[] =>
    [...namespaces].flatMap((namespace) => [...cache.list(namespace)]);
  const isApplied = (set: StatefulSet): boolean =>
    applied.some(
      ({ kind, key }) =>
        kind.kind === 'StatefulSet' &&
        key.name === set.metadata?.name &&
        key.namespace === set.metadata?.namespace,
    );
  const look = (): World => ({ sets: ours(sets).filter(isApplied), pods: ours(pods), claims: ours(claims) });
  return {
    all,
    events,
    namespaces,
    look,
    pending: () =>
      applied.flatMap((one) => {
        const object = byKind.get(one.kind.kind)?.get(one.key);
        const readiness = object ? readinessOf(one.kind.kind, object) : { done: false, text: 'deleted' };
        return readiness.done
          ? []
          : [{ name: displayName(one), subject: subjectOf(one), readiness, why: blockerOf(look(), one) }];
      }),
    nextChange: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    close: () => {
      for (const stop of stops) stop();
    },
  };
}

interface Telling {
  /** RFC 3339; events before it are old. */
  readonly since: string;
  readonly told: Set<string>;
  readonly painter: Painter;
  readonly namespaces: ReadonlySet<string>;
}

function tellEvents(events: readonly Event[], to: Telling): void {
  for (const event of events.filter((one) => isWorthTelling(one, to))) {
    const text = tellingOf(event);
    if (!to.told.has(text)) to.painter.note(text);
    to.told.add(text);
  }
}

// What concerns an image is true for every Pod that uses it, so it is told once and without the Pod.
function tellingOf({ involvedObject, type, reason = '', message = '' }: Event): string {
  if (type !== 'Warning' || TOLD_REASONS.has(reason)) return `note: ${message}`;
  return `warning: ${involvedObject.kind ?? ''} ${involvedObject.name ?? ''}: ${reason}: ${message}`;
}

function isWorthTelling(event: Event, { since, namespaces }: Telling): boolean {
  const at = event.lastTimestamp ?? event.metadata.creationTimestamp ?? '';
  if (at < since.slice(0, 19) || !namespaces.has(event.metadata.namespace ?? '')) return false;
  return event.type === 'Warning' || TOLD_REASONS.has(event.reason ?? '');
}

import type { StatefulSet } from '../../api/generated/apps-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Cache } from '../../client/client.js';
import type { Clock, Timer } from '../../lib/clock.js';
import type { Waiting } from '../../reconcile/contract.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import { splitKey } from '../../reconcile/keys.js';

/** A wait shorter than this is the ordinary course of things and makes no Event. */
const patienceMs = 10_000;

/** What announcing needs. */
export interface AnnounceOptions {
  readonly sets: Cache<StatefulSet>;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

/** Announces waits until it is stopped. */
export interface Announcer {
  readonly onWaiting: (key: string, waiting: Waiting | undefined) => void;
  readonly stop: () => void;
}

/**
 * Puts what a set waits for into an Event of the set, once for each wait that lasts: Kubernetes has no condition for it,
 * so this is how `kubectl describe statefulset` comes to say why the next Pod is not there.
 */
export function announceWaits(options: AnnounceOptions): Announcer {
  const { sets, events, clock } = options;
  const pending = new Map<string, Timer>();
  return {
    onWaiting(key, waiting) {
      pending.get(key)?.cancel();
      pending.delete(key);
      if (waiting === undefined) return;
      const announce = (): void => {
        pending.delete(key);
        const set = sets.get(splitKey(key));
        if (set === undefined) return;
        events.event(referenceTo(kinds.StatefulSet, set), 'Normal', waiting.reason, sentence(waiting));
      };
      pending.set(key, clock.after(patienceMs, announce));
    },
    stop() {
      for (const timer of pending.values()) timer.cancel();
      pending.clear();
    },
  };
}

function sentence({ message, unblockedBy }: Waiting): string {
  return unblockedBy === undefined ? message : `${message}. To go on: ${unblockedBy}`;
}

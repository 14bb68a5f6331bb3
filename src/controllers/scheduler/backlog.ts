import type { Waiting } from '../../reconcile/contract.js';
import type { SchedulerFacts } from './facts.js';
import type { SchedulingPlan } from './plan.js';
import type { Rule } from './verdict.js';

interface Parked {
  readonly waiting: Waiting;
  readonly refusedBy: ReadonlySet<Rule>;
  readonly attempts: number;
  readonly atMs: number;
  /** Whether something has changed since, so that it is queued already. */
  isCalled: boolean;
}

/** The default profile's back-off of a Pod that found no place. */
const firstBackoffMs = 1000;
const longestBackoffMs = 10_000;

/** Remembers the Pods that found no place: what kept them away, and how long they are left alone. */
export class Backlog {
  readonly #parked = new Map<string, Parked>();

  /** Notes what came of a Pod's pass. */
  note(key: string, plan: SchedulingPlan, nowMs: number): void {
    const { waitingFor, refusedBy } = plan;
    if (waitingFor === undefined || refusedBy === undefined) return;
    // A Pod whose claims are on their way has not failed.
    const failed = waitingFor.reason !== 'WaitingForVolumes';
    const attempts = failed ? (this.#parked.get(key)?.attempts ?? 0) + 1 : 0;
    this.#parked.set(key, {
      waiting: waitingFor,
      refusedBy: new Set(refusedBy),
      attempts,
      atMs: nowMs,
      isCalled: false,
    });
  }

  /** How long a Pod is left alone yet, and what it waits for meanwhile. */
  held(key: string, nowMs: number): SchedulerFacts['held'] {
    const parked = this.#parked.get(key);
    if (parked === undefined || parked.attempts === 0) return undefined;
    const backoffMs = Math.min(firstBackoffMs * 2 ** (parked.attempts - 1), longestBackoffMs);
    const forMs = parked.atMs + backoffMs - nowMs;
    return forMs > 0 ? { forMs, waiting: parked.waiting } : undefined;
  }

  /** The Pods that one of these rules kept away, and that are not called already. */
  call(rules: readonly Rule[]): readonly string[] {
    const keys: string[] = [];
    for (const [key, parked] of this.#parked) {
      if (parked.isCalled || !rules.some((rule) => parked.refusedBy.has(rule))) continue;
      parked.isCalled = true;
      keys.push(key);
    }
    return keys;
  }

  /** The Pod is placed or gone. */
  forget(key: string): void {
    this.#parked.delete(key);
  }
}

import type { Clock, Timer } from './clock.js';
import { sleepOn } from './system-clock.js';

interface Scheduled {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** How a virtual clock starts. `settle` waits until all that a timer set in motion has come to rest. */
export interface VirtualClockOptions {
  /** Milliseconds since the epoch. */
  readonly startMs?: number;
  readonly settle?: () => Promise<void>;
}

const DEFAULT_START_MS = Date.UTC(2026, 0, 1);
const SETTLE_ROUNDS = 3;

/** Lets pending promise jobs and immediates run, a few rounds of them. */
export async function settleImmediates(rounds = SETTLE_ROUNDS): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

function comesBefore(a: Scheduled, b: Scheduled): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

/** A clock that stands still until it is told to go on; timers run in the order of their time. */
export class VirtualClock implements Clock {
  readonly #heap: Scheduled[] = [];
  readonly #settle: () => Promise<void>;
  #nowMs: number;
  #order = 0;

  constructor(options: VirtualClockOptions = {}) {
    this.#nowMs = options.startMs ?? DEFAULT_START_MS;
    this.#settle = options.settle ?? settleImmediates;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    this.#order += 1;
    const scheduled: Scheduled = {
      dueMs: this.#nowMs + Math.max(delayMs, 0),
      order: this.#order,
      callback,
      cancelled: false,
    };
    this.#push(scheduled);
    return {
      cancel: () => {
        scheduled.cancelled = true;
      },
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  /** When the next timer is due (milliseconds since the epoch), or undefined when none is set. */
  get nextDueMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.dueMs;
  }

  /** Lets time pass: runs the timers that fall due one by one, and lets what each set in motion settle before the next. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await this.#settle();
    while (await this.#runNext(endMs)) {
      // each turn ran one timer
    }
    this.#nowMs = endMs;
    await this.#settle();
  }

  /** Lets time pass from timer to timer until `done` holds; fails when `limitMs` of virtual time did not bring it about. */
  async advanceUntil(done: () => boolean, limitMs: number): Promise<void> {
    const endMs = this.#nowMs + limitMs;
    await this.#settle();
    while (!done()) {
      if (await this.#runNext(endMs)) continue;
      if (done()) return;
      throw new Error(`what was waited for did not come about within ${limitMs} ms of virtual time`);
    }
  }

  async #runNext(endMs: number): Promise<boolean> {
    const dueMs = this.nextDueMs;
    if (dueMs === undefined || dueMs > endMs) return false;
    const next = this.#pop();
    this.#nowMs = Math.max(this.#nowMs, dueMs);
    next?.callback();
    await this.#settle();
    return true;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled === true) this.#pop();
  }

  #push(scheduled: Scheduled): void {
    const heap = this.#heap;
    let index = heap.push(scheduled) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || comesBefore(parent, scheduled)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = scheduled;
  }

  #pop(): Scheduled | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return top;
  }

  #sink(scheduled: Scheduled): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const childIndex = this.#earlierChild(index);
      const child = heap[childIndex];
      if (child === undefined || comesBefore(scheduled, child)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = scheduled;
  }

  #earlierChild(index: number): number {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    return left !== undefined && right !== undefined && comesBefore(right, left)
      ? 2 * index + 2
      : 2 * index + 1;
  }
}

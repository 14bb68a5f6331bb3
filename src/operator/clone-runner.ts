import type { Clock } from '../lib/clock.js';
import { messageOf } from '../lib/errors.js';
import type { CloneAttempt } from './facts.js';
import type { SqlPort, SqlStep, SqlTarget } from './sql/port.js';

/** Milliseconds that a cloned server may take to begin its shutdown. */
const GOING_DOWN_MS = 1_000;

/**
 * Carries CLONE statements, which last as long as the copy: a pass begins one and returns, and its end brings the set back
 * into the queue. What it knows is only a hint: after a restart of the operator the servers themselves tell.
 */
export class CloneRunner implements AsyncDisposable {
  readonly #sql: SqlPort;
  readonly #clock: Clock;
  readonly #attempts = new Map<string, CloneAttempt>();
  readonly #running = new Set<Promise<void>>();

  constructor(sql: SqlPort, clock: Clock) {
    this.#sql = sql;
    this.#clock = clock;
  }

  /** What is known of the last CLONE into the Pod with this uid. */
  attempt(podUid: string): CloneAttempt | undefined {
    return this.#attempts.get(podUid);
  }

  /** Begins a CLONE unless one is running, and calls `ended` when it is over, well or not. */
  begin(target: SqlTarget, step: Extract<SqlStep, { kind: 'clone' }>, ended: () => void): void {
    if (this.#attempts.get(target.id)?.running) return;
    this.#attempts.set(target.id, {
      running: true,
      donor: donorOf(step),
      failure: undefined,
      failedAtMs: undefined,
    });
    const work = this.#carry(target, step).finally(() => {
      this.#running.delete(work);
      ended();
    });
    this.#running.add(work);
  }

  async #carry(target: SqlTarget, step: Extract<SqlStep, { kind: 'clone' }>): Promise<void> {
    try {
      await this.#sql.run(target, step);
      // The server has what it fetched and goes down by itself in a moment: until then it is still cloning.
      await this.#clock.sleep(GOING_DOWN_MS);
      this.#attempts.delete(target.id);
    } catch (error) {
      this.#attempts.set(target.id, {
        running: false,
        donor: donorOf(step),
        failure: messageOf(error),
        failedAtMs: this.#clock.now(),
      });
    }
  }

  /** Forgets a Pod that is gone. */
  forget(podUid: string): void {
    if (this.#attempts.get(podUid)?.running !== true) this.#attempts.delete(podUid);
  }

  /** Leaves running CLONEs to their servers, which go on without us. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#attempts.clear();
  }
}

function donorOf(step: Extract<SqlStep, { kind: 'clone' }>): string {
  return step.donorHost.split('.')[0] ?? step.donorHost;
}

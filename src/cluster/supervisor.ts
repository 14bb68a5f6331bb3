import { Backoff } from '../lib/backoff.js';
import type { Clock, Timer } from '../lib/clock.js';
import type { Logger } from '../lib/log.js';

/** A program that was started; `ended` resolves, with a word on how, when it is gone. */
export interface Started {
  readonly pid: number;
  readonly ended: Promise<string>;
}

/** What a supervisor keeps running, and what it tells of it. */
export interface Supervised {
  readonly name: string;
  /** Starts it, or adopts one that runs already. */
  start(): Promise<Started>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A life this long (milliseconds) counts as healthy: the next back-off starts from the beginning. */
const HEALTHY_MS = 30_000;

/** Keeps one program running: starts it again, with back-off, when it ends. */
export class Supervisor {
  readonly #what: Supervised;
  readonly #backoff = new Backoff({ baseMs: 50, maxMs: 10_000 });
  #current: Started | undefined;
  #timer: Timer | undefined;
  #stopping = false;
  #starts = 0;
  #lastEnd = '';

  constructor(what: Supervised) {
    this.#what = what;
  }

  /** Number of the running process; undefined between two lives. */
  get pid(): number | undefined {
    return this.#current?.pid;
  }

  get restarts(): number {
    return Math.max(0, this.#starts - 1);
  }

  /** How it last ended; empty when it never did. */
  get lastEnd(): string {
    return this.#lastEnd;
  }

  /** Starts it; resolves when the first attempt is made, which may have failed. */
  async start(): Promise<void> {
    this.#timer = undefined;
    if (this.#stopping) return;
    const { clock, log, name } = this.#what;
    const startedAt = clock.now();
    this.#starts += 1;
    try {
      const started = await this.#what.start();
      this.#current = started;
      log.info(`${name} runs`, { pid: started.pid });
      started.ended
        .then((how) => this.#ended(how, startedAt))
        .catch((error: unknown) => this.#ended(String(error), startedAt));
    } catch (error) {
      this.#ended(error instanceof Error ? error.message : String(error), startedAt);
    }
  }

  #ended(how: string, startedAt: number): void {
    const { clock, log, name } = this.#what;
    this.#current = undefined;
    this.#lastEnd = how;
    if (this.#stopping) return;
    if (clock.now() - startedAt >= HEALTHY_MS) this.#backoff.reset();
    const waitMs = this.#backoff.next();
    log.warn(`${name} ended; starting it again`, { how, waitMs });
    this.#timer = clock.after(waitMs, () => {
      void this.start();
    });
  }

  /** Lets it end for good: no restart from now on. Resolves when the running one is gone. */
  async letEnd(): Promise<void> {
    this.#stopping = true;
    this.#timer?.cancel();
    await this.#current?.ended.catch(() => undefined);
  }
}

import { backoffMs } from '../lib/backoff.js';
import type { Clock } from '../lib/clock.js';
import { messageOf } from '../lib/errors.js';
import type { Logger } from '../lib/log.js';
import type { Failure, ImageFact, OperationFact } from './facts.js';
import { quickRetry, StepError } from './pod/step-error.js';

/** A token and when the next one is asked for; times in milliseconds since the epoch. */
export interface HeldToken {
  readonly token: string;
  readonly renewAtMs: number;
}

/** What the agent remembers of one Pod; all of it can be found out anew. */
export interface PodMemory {
  readonly images: Map<string, ImageFact>;
  readonly operations: Map<string, OperationFact & { readonly abort: AbortController }>;
  readonly failures: Map<string, Failure>;
  /** Events that were told and are not told again. */
  readonly told: Set<string>;
  /** ServiceAccount tokens that its volumes hold, by `tokenKey`. */
  readonly tokens: Map<string, HeldToken>;
  preparedVolumes: string | undefined;
  released: boolean;
  /** Why the Pod is thrown off the node. */
  evicted: string | undefined;
  /** Whether the API has no such Pod any more, so that nothing is begun for it. */
  gone: boolean;
}

/** What the work on Pods needs. */
export interface MemoryOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Looks at the runtime again, so that the next pass sees what the work has done. */
  readonly refresh: () => Promise<void>;
  /** Asks for a pass over the Pod. */
  readonly onSettled: (uid: string) => void;
}

/** One piece of work for a Pod; `key` names it among the Pod's. */
export interface Work {
  readonly uid: string;
  readonly key: string;
  readonly deadlineMs?: number;
  /** Does not touch the runtime: no look is needed when it is over. */
  readonly local?: boolean;
  run(signal: AbortSignal): Promise<void>;
}

/**
 * The memory of all Pods and the work that is under way for them. A pass never waits for the runtime: it begins work here and ends; when
 * the work is over the Pod is looked at again.
 */
export class PodMemories {
  readonly #options: MemoryOptions;
  readonly #pods = new Map<string, PodMemory>();
  readonly #settling = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  of(uid: string): PodMemory {
    const kept = this.#pods.get(uid);
    if (kept !== undefined) return kept;
    const made: PodMemory = {
      images: new Map(),
      operations: new Map(),
      failures: new Map(),
      told: new Set(),
      tokens: new Map(),
      preparedVolumes: undefined,
      released: false,
      evicted: undefined,
      gone: false,
    };
    this.#pods.set(uid, made);
    return made;
  }

  /** Calls off work that listens to its signal; the Pod is looked at again when it has ended. */
  callOff(uid: string, key: string): void {
    this.#pods.get(uid)?.operations.get(key)?.abort.abort();
  }

  /** Lets steps that failed be tried again at once: what they lacked may be there now. */
  forgive(uid: string, ...prefixes: readonly string[]): void {
    const failures = this.#pods.get(uid)?.failures;
    if (failures === undefined) return;
    for (const key of failures.keys())
      if (prefixes.some((prefix) => key.startsWith(prefix))) failures.delete(key);
  }

  /** Calls off all that is under way for a Pod that the API does not have any more, and begins nothing for it from now on. */
  bury(uid: string): void {
    const memory = this.of(uid);
    memory.gone = true;
    for (const { abort } of memory.operations.values()) abort.abort();
  }

  /** Whether nothing is begun for a Pod any more. */
  isGone(uid: string): boolean {
    return this.#pods.get(uid)?.gone ?? false;
  }

  /** Names of what is under way for a Pod. */
  underWay(uid: string): readonly string[] {
    return [...(this.#pods.get(uid)?.operations.keys() ?? [])];
  }

  forget(uid: string): void {
    for (const { abort } of this.#pods.get(uid)?.operations.values() ?? []) abort.abort();
    this.#pods.delete(uid);
  }

  /** Whether any Pod has work under way whose name begins so. */
  isAnyBusy(...prefixes: readonly string[]): boolean {
    for (const { operations } of this.#pods.values()) {
      for (const key of operations.keys()) if (prefixes.some((prefix) => key.startsWith(prefix))) return true;
    }
    return false;
  }

  /** Begins work, unless the same work is under way or the Pod has gone meanwhile. */
  begin(work: Work): void {
    const memory = this.of(work.uid);
    if (memory.gone || memory.operations.has(work.key)) return;
    const abort = new AbortController();
    memory.operations.set(work.key, { deadlineMs: work.deadlineMs, abort });
    const settling = this.#settle(work, memory, abort);
    this.#settling.add(settling);
    void settling.finally(() => this.#settling.delete(settling));
  }

  /** Calls off work that may be called off; the runtime goes on with what it has begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { operations } of this.#pods.values())
      for (const { abort } of operations.values()) abort.abort();
    await Promise.all(this.#settling);
  }

  async #settle(work: Work, memory: PodMemory, abort: AbortController): Promise<void> {
    try {
      await work.run(abort.signal);
      memory.failures.delete(work.key);
    } catch (error) {
      if (!abort.signal.aborted) this.#failed(work, memory, error);
    }
    if (this.#stopped) return;
    if (work.local !== true) await this.#options.refresh();
    memory.operations.delete(work.key);
    this.#options.onSettled(work.uid);
  }

  #failed(work: Work, memory: PodMemory, error: unknown): void {
    const { clock, log } = this.#options;
    const failures = (memory.failures.get(work.key)?.failures ?? 0) + 1;
    const { reason, retry } = error instanceof StepError ? error : { reason: 'Failed', retry: quickRetry };
    const message = messageOf(error);
    const retryAtMs = clock.now() + backoffMs(retry, failures - 1);
    memory.failures.set(work.key, { reason, message, failures, retryAtMs });
    log.debug('a step for a Pod failed', { uid: work.uid, step: work.key, error });
  }
}

/** A started timer; `cancel` may be called any number of times. */
export interface Timer {
  cancel(): void;
}

/** Where time comes from. All durations are milliseconds; nothing else in the tree reads the wall clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `callback` once after `delayMs`. */
  after(delayMs: number, callback: () => void): Timer;
  /** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

import type { BackoffOptions } from '../../lib/backoff.js';

/** Waits after a step that failed for a reason that something else must mend: short at first, as that is often quick. */
export const quickRetry: BackoffOptions = { baseMs: 500, maxMs: 10_000 };

/** Waits after a step that costs something to repeat; Kubernetes' own figures for images. */
export const slowRetry: BackoffOptions = { baseMs: 10_000, maxMs: 300_000 };

/** A step for a Pod that failed; `reason` is the word that Kubernetes has for it in status or event. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly reason: string;
  readonly retry: BackoffOptions;

  constructor(
    reason: string,
    message: string,
    options: { readonly retry?: BackoffOptions; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.retry = options.retry ?? quickRetry;
  }
}

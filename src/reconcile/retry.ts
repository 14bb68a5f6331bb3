import type { BackoffOptions } from '../lib/backoff.js';

/** How long a key whose pass failed waits before the next, unless its driver is given something else. */
export const retryBackoff: BackoffOptions = { baseMs: 5, maxMs: 30_000 };

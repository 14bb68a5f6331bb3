/**
 * Small pages and a small young generation: the daemon is idle most of the time, and its memory counts. It is what V8 may use, not what
 * it does use.
 */
export const DAEMON_NODE_FLAGS: readonly string[] = [
  '--max-semi-space-size=4',
  '--v8-pool-size=1',
  '--no-warnings',
];

/** glibc keeps an arena for each thread and gives little of it back unless it is told to. */
export const DAEMON_ENV: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

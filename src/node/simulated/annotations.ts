/** What every annotation that a simulated node reads begins with. */
export const fatePrefix = 'simulated.holdfast.dev/';

/** Annotations by which a Pod says what becomes of it on a simulated node; `rules.ts` says what they may be. */
export const fateAnnotations = {
  /** Milliseconds until its containers run. */
  startAfterMs: `${fatePrefix}start-after-ms`,
  /** Why its containers never run, as a container's status would say it. */
  neverStart: `${fatePrefix}never-start`,
  /** Milliseconds from running to ready. */
  readyAfterMs: `${fatePrefix}ready-after-ms`,
  /** `true`: runs and never becomes ready. */
  neverReady: `${fatePrefix}never-ready`,
  /** Milliseconds from ready to unready. */
  unreadyAfterMs: `${fatePrefix}unready-after-ms`,
  /** Milliseconds from unready to ready again; and so on. */
  readyAgainAfterMs: `${fatePrefix}ready-again-after-ms`,
  /** Milliseconds that its containers run before they end, with code 0 unless `fail` says otherwise. */
  runForMs: `${fatePrefix}run-for-ms`,
  /** `exit N`: its containers end with that code when they have run long enough. */
  fail: `${fatePrefix}fail`,
  /** How many times they fail; the next time they do not. */
  failTimes: `${fatePrefix}fail-times`,
  /** Any text: it is evicted with that message when it would become ready. */
  evict: `${fatePrefix}evict`,
  /** Milliseconds that stopping takes. */
  stopAfterMs: `${fatePrefix}stop-after-ms`,
} as const;

/** Annotation of a simulated Node: `true` cuts it off, as a failure of its network or its power would. */
export const lostAnnotation = `${fatePrefix}lost`;

/** What a container's status says while it waits for something that never comes. */
export const neverStartReasons: readonly string[] = [
  'ContainerCreating',
  'CreateContainerConfigError',
  'ErrImagePull',
  'ImagePullBackOff',
];

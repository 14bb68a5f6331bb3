/** The thing that a wait is about, by kind and name. */
export interface ObjectReference {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Why a plan does nothing. `reason` is a stable CamelCase code, `message` one sentence for a person. */
export interface Waiting {
  readonly reason: string;
  readonly message: string;
  readonly on?: ObjectReference;
  /** What would let it go on. */
  readonly unblockedBy?: string;
}

/** Whether two waits have the same reason and subject. */
export function isSameWait(a: Waiting, b: Waiting): boolean {
  const { kind, namespace = '', name } = a.on ?? { kind: '', name: '' };
  const other = b.on ?? { kind: '', name: '' };
  return (
    a.reason === b.reason &&
    kind === other.kind &&
    name === other.name &&
    namespace === (other.namespace ?? '')
  );
}

/** A wait as one text for a person. */
export function sentenceOf({ message, unblockedBy }: Waiting): string {
  return unblockedBy === undefined ? message : `${message}. To go on: ${unblockedBy}`;
}

/** What a pass decided: writes to perform in order, the wait it is in, and when to look again (milliseconds). */
export interface Plan<Action> {
  readonly actions: readonly Action[];
  readonly waitingFor?: Waiting;
  readonly lookAgainAfterMs?: number;
}

/** One thing that acts: reads facts, decides purely, writes one guarded step at a time. */
export interface Reconciler<Key, Facts, Action> {
  readonly name: string;
  /** Reads what the plan needs; undefined when the subject is gone and nothing is left to do. */
  observe(key: Key, signal: AbortSignal): Promise<Facts | undefined>;
  /** Pure: no I/O, no clock, no randomness. */
  plan(facts: Facts, now: Date): Plan<Action>;
  /** One write, guarded by uid or resourceVersion, safe to repeat. */
  perform(action: Action, signal: AbortSignal): Promise<void>;
  /** Whether an action is done even when one before it failed: what is written down about a world is true whatever came after. */
  isReport?(action: Action): boolean;
}

/** Feeds keys to a driver: calls `enqueue` whenever something that concerns the key changed; returns the way to stop. */
export type KeySource<Key> = (enqueue: (key: Key) => void) => () => void;

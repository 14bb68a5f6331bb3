/** What a question or an answer is about. `kind` is a kind of the API, or `dns` for a name. */
export interface Subject {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** What may not be read by whoever asks, and matters to the answer. */
export interface Unseen {
  /** As kubectl takes it: `nodes`, `statefulsets.apps`. */
  readonly resource: string;
  readonly namespace?: string | undefined;
  /** The API server's words. */
  readonly message: string;
}

/** One step of an explanation: how the subject stands, why, and what has to be looked at next. */
export interface Link {
  readonly about: Subject;
  /** True when the subject is as it should be, and nothing further has to be asked. */
  readonly settled: boolean;
  /** One of `reasons.ts`; planners bring codes of their own, which stand there too. */
  readonly reason: string;
  /** One sentence for a person, without the name of the subject's kind in front. */
  readonly message: string;
  /** What the subject waits for, when that is another object. */
  readonly on?: Subject | undefined;
  /** What would let it go on; given where the chain ends. */
  readonly unblockedBy?: string | undefined;
  /** What could not be looked at, so that the answer may know less than there is to know. */
  readonly unseen?: readonly Unseen[] | undefined;
}

/** Two subjects are the same object. */
export function sameSubject(a: Subject, b: Subject): boolean {
  return a.kind === b.kind && a.name === b.name && (a.namespace ?? '') === (b.namespace ?? '');
}

/** `StatefulSet default/mysql`, as it stands in sentences. */
export function subjectText({ kind, namespace, name }: Subject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

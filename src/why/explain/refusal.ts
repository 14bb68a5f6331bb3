import type { Event as CoreEvent, Pod } from '../../api/generated/core-v1.js';
import type { KubeObject } from '../../api/kube-object.js';
import { retryBackoff } from '../../reconcile/retry.js';
import type { Link, Subject } from '../link.js';
import { eventTimeOf, type Reader } from '../reader.js';

/** What a controller has to create now. */
export interface Due {
  /** Whose controller it is. */
  readonly owner: KubeObject;
  /** Of what is due, where the controller chooses the names. */
  readonly names?: ReadonlySet<string>;
  /** The Pods that are there. */
  readonly pods?: readonly Pod[];
}

/** The longest that Kubernetes' own controllers wait between two tries. */
const longestWaitMs = 1_000_000;

/**
 * What the creation that is due was refused with, as long as that is the last that is known of it: an Event tells of the past,
 * and nobody takes it back when a later try succeeds. Undefined when nothing was refused, or something was created since.
 */
export async function refusalOf(about: Subject, due: Due, reader: Reader): Promise<string | undefined> {
  const subject = { ...about, uid: due.owner.metadata?.uid };
  const failures = await reader.events(subject, 'FailedCreate');
  const last = failures.findLast((event) => isDue(event, due));
  if (last === undefined) return undefined;
  const at = eventTimeOf(last);
  if (reader.now.getTime() - at > patienceMs(failures, at)) return undefined;
  const successes = await reader.events(subject, 'SuccessfulCreate');
  const isOver =
    successes.some((event) => isDue(event, due) && eventTimeOf(event) > at) ||
    (due.pods ?? []).some(({ metadata }) => Date.parse(metadata?.creationTimestamp ?? '') > at);
  return isOver ? undefined : last.message;
}

/** A StatefulSet's Events name what they are about: `create Pod db-1 in StatefulSet db ...`. */
function isDue({ message = '' }: CoreEvent, { names }: Due): boolean {
  if (names === undefined) return true;
  const name = /^create (?:Pod|Claim) (\S+) /.exec(message)?.[1];
  return name !== undefined && names.has(name);
}

/** When the next try should have been told of: waits double, so none is longer than all before it together. */
function patienceMs(failures: readonly CoreEvent[], at: number): number {
  const since = Math.min(...failures.map(({ firstTimestamp }) => Date.parse(firstTimestamp ?? '') || at));
  return Math.min(Math.max(2 * retryBackoff.maxMs, at - since), longestWaitMs);
}

/** A creation that is due and refused. */
export function creationFailed(about: Subject, message: string): Link {
  return {
    about,
    settled: false,
    reason: 'CreationFailed',
    message,
    unblockedBy: 'mend what the message names; its controller tries again by itself',
  };
}

/** What a refusal says of what a controller gives names by lot or by time: `what` are its Pods, or its Job. */
export function creationRefused(about: Subject, what: string, refusal: string): Link {
  return creationFailed(
    about,
    `${what} cannot be created: ${refusal.replace(/^Error creating( job)?: /, '')}`,
  );
}

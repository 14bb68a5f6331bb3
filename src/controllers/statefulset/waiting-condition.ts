import type { StatefulSetCondition, StatefulSetStatus } from '../../api/generated/apps-v1.js';
import { isSameWait, sentenceOf, type Waiting } from '../../reconcile/contract.js';

/** Condition of a set that has waited for longer than the ordinary course of things takes. */
const type = 'holdfast.dev/Waiting';

/** What the condition is made from. */
export interface WaitFacts {
  /** What the plan waits for. */
  readonly waiting: Waiting | undefined;
  /** The wait that has lasted, if one has. */
  readonly lasting: Waiting | undefined;
  /** The plan changes something: whether the set still waits is known when that is done. */
  readonly isActing: boolean;
  readonly now: Date;
}

/**
 * The status with the condition brought up to date. It comes only when a wait has lasted, and from then on follows reason
 * and subject; figures in the sentence of a wait are not followed, so that a set which waits is not written again and again.
 */
export function withWaiting(
  status: StatefulSetStatus,
  { waiting, lasting, isActing, now }: WaitFacts,
): StatefulSetStatus {
  const before = status.conditions ?? [];
  const known = before.find((condition) => condition.type === type);
  const isKnown = known?.status === 'True';
  if (waiting === undefined && (isActing || !isKnown)) return status;
  if (waiting !== undefined && isKnown && says(known, waiting)) return status;
  if (waiting !== undefined && !isKnown && !isLasting(waiting, lasting)) return status;
  const told = waiting === undefined ? over : toldOf(waiting);
  const moved = `${now.toISOString().slice(0, 19)}Z`;
  const lastTransitionTime = known?.status === told.status ? known.lastTransitionTime : moved;
  const others = before.filter((condition) => condition !== known);
  return { ...status, conditions: [...others, { type, ...told, lastTransitionTime }] };
}

type Told = Pick<StatefulSetCondition, 'status' | 'reason' | 'message'>;

const over: Told = { status: 'False', reason: 'NotWaiting', message: 'the set waits for nothing' };

/** The subject stands in front, so that it can be told whether a stored condition is about the same. */
function subjectOf({ on }: Waiting): string {
  return on === undefined ? '' : `waits for ${on.kind} ${on.name}: `;
}

function toldOf(waiting: Waiting): Told {
  return {
    status: 'True',
    reason: waiting.reason,
    message: `${subjectOf(waiting)}${sentenceOf(waiting)}`,
  };
}

function says({ reason, message = '' }: StatefulSetCondition, waiting: Waiting): boolean {
  return reason === waiting.reason && message.startsWith(subjectOf(waiting));
}

function isLasting(waiting: Waiting, lasting: Waiting | undefined): boolean {
  return lasting !== undefined && isSameWait(waiting, lasting);
}

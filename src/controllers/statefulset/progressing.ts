import type { StatefulSet, StatefulSetCondition } from '../../api/generated/apps-v1.js';
import { isTerminating } from '../../api/pods.js';
import { revisionOf } from './identity.js';
import type { StatusInput } from './status.js';

/** The condition that a set with `updateStrategy: Recreate` has (KEP-3541). */
const type = 'Progressing';
const inProgress = 'RecreateInProgress';
const complete = 'RecreateComplete';
/** How the message begins while Pods of older templates are still there. */
const waiting = 'waiting until ';

/** Whether the status says that Pods of older templates are being taken away. */
export function isRecreating(set: StatefulSet): boolean {
  const known = set.status?.conditions?.find((condition) => condition.type === type);
  return known?.reason === inProgress && (known.message ?? '').startsWith(waiting);
}

/** The conditions of a set: those that others wrote stay; Progressing is there while the strategy is Recreate. */
export function conditionsOf(input: StatusInput): { conditions?: readonly StatefulSetCondition[] } {
  const before = input.set.status?.conditions ?? [];
  const wanted = input.strategy === 'Recreate' ? progressing(input) : undefined;
  if (wanted === undefined) return before.length === 0 ? {} : { conditions: before };
  const known = before.find((condition) => condition.type === type);
  // The time moves when the status does, and it is True all along; a new reason says by itself that something happened.
  const kept =
    known?.status === wanted.status ? { ...wanted, lastTransitionTime: known.lastTransitionTime } : wanted;
  const others = before.filter((condition) => condition.type !== type);
  return { conditions: [...others, kept] };
}

/** Undefined before the first recreation: a set that is only being made is not being recreated. */
function progressing(input: StatusInput): StatefulSetCondition | undefined {
  const { set, members, history, now } = input;
  const lastTransitionTime = `${now.toISOString().slice(0, 19)}Z`;
  const made = { type, status: 'True', lastTransitionTime };
  const old = members.owned.filter((pod) => revisionOf(pod) !== history.update.name).length;
  const known = set.status?.conditions?.find((condition) => condition.type === type);
  if (old > 0) {
    const message = `${waiting}${old} ${old === 1 ? 'Pod' : 'Pods'} of older templates are gone`;
    return { ...made, reason: inProgress, message };
  }
  if (known === undefined) return undefined;
  const replicas = set.spec?.replicas ?? 1;
  const there = members.slots.filter(({ pod }) => pod !== undefined && !isTerminating(pod)).length;
  if (known.reason === inProgress && there < replicas) {
    return {
      ...made,
      reason: inProgress,
      message: `${there} of ${replicas} Pods of the new template are made`,
    };
  }
  return { ...made, reason: complete, message: 'all Pods are of the same template' };
}

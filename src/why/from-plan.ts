import type { Plan, Waiting } from '../reconcile/contract.js';
import { type Link, type Subject, sameSubject } from './link.js';

/** Waits whose way out is the user's, and lies here and not with the object that is named. */
const endsHere: ReadonlySet<string> = new Set([
  'StuckOnOldRevision',
  'UpdateOnDelete',
  'PodNameTaken',
  'NameTaken',
]);

/** What the scheduler says of making room by force is no answer to the question, and says it all once more. */
export function withoutPreemption(message: string): string {
  return message.replace(/ preemption: [^;]*?\.(?=;|$)/, '');
}

/** A planner's wait as a link. */
export function linkOf(about: Subject, { reason, message, on, unblockedBy }: Waiting): Link {
  // Planners name their own subject where nothing else is to be named.
  const other = on !== undefined && !sameSubject(on, about) && !endsHere.has(reason);
  return {
    about,
    settled: false,
    reason,
    message: withoutPreemption(message),
    ...(other && { on }),
    ...(unblockedBy !== undefined && { unblockedBy }),
  };
}

/** What a plan says of its subject: the wait that it is in, or the writes that are due; undefined when it is content. */
export function linkOfPlan<Action>(
  about: Subject,
  plan: Plan<Action>,
  describe: (action: Action) => string,
): Link | undefined {
  if (plan.waitingFor !== undefined) return linkOf(about, plan.waitingFor);
  const [first] = plan.actions;
  if (first === undefined) return undefined;
  return { about, settled: false, reason: 'Acting', message: `the next write is due: ${describe(first)}` };
}

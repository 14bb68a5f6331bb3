import type { KubeObject } from '../api/kube-object.js';
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
export function linkOfPlan<Action extends DueAction>(about: Subject, plan: Plan<Action>): Link | undefined {
  if (plan.waitingFor !== undefined) return linkOf(about, plan.waitingFor);
  const [first] = plan.actions;
  if (first === undefined) return undefined;
  return {
    about,
    settled: false,
    reason: 'Acting',
    message: `its controller is about to ${wordsOf(first)}`,
    unblockedBy: 'it does so in a moment; when this answer stays the same, the controllers do not run',
  };
}

/** An action of any planner. */
interface DueAction {
  readonly type: string;
  readonly pod?: KubeObject | undefined;
}

/** `createPod` is `create Pod db-1` to a person. */
function wordsOf({ type, pod }: DueAction): string {
  const [verb = '', ...rest] = type.split(/(?=[A-Z])/);
  const what = rest.length === 1 && rest[0] !== 'Pod' ? `the ${rest[0]?.toLowerCase()}` : rest.join('');
  const { name, generateName } = pod?.metadata ?? {};
  return [verb, what, name ?? (generateName && `${generateName}*`)].filter(Boolean).join(' ');
}

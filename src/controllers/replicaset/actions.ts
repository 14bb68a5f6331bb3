import type { ReplicaSetStatus } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import type { KindRef } from '../../api/kube-object.js';
import type { Replicated } from './kind.js';

/**
 * One write of the controller, without the set it is for. `ifRefused` is the status to tell when the write is refused; the
 * message of its newest `ReplicaFailure` is only known then.
 */
export type ReplicaSetStep =
  | { readonly type: 'createPod'; readonly pod: Pod; readonly ifRefused: ReplicaSetStatus }
  | { readonly type: 'deletePod'; readonly pod: Pod; readonly ifRefused: ReplicaSetStatus }
  | { readonly type: 'adoptPod'; readonly pod: Pod }
  | { readonly type: 'releasePod'; readonly pod: Pod }
  | { readonly type: 'updateStatus'; readonly status: ReplicaSetStatus };

/** One write of the controller; `set` is the set as it was observed, `row` its kind. */
export type ReplicaSetAction = ReplicaSetStep & {
  readonly set: Replicated;
  readonly row: KindRef<Replicated>;
};

/** Names an action in a log line or an error. */
export function describeAction(action: ReplicaSetAction): string {
  const { row, set } = action;
  const of = `of ${row.kind} ${set.metadata?.namespace}/${set.metadata?.name}`;
  if (action.type === 'updateStatus') return `updateStatus ${of}`;
  const { name, generateName } = action.pod.metadata ?? {};
  return `${action.type} ${name ?? `${generateName}*`} ${of}`;
}

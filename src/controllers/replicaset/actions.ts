import type { ReplicaSet, ReplicaSetStatus } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';

/** One write of the ReplicaSet controller, without the set it is for. */
export type ReplicaSetStep =
  | { readonly type: 'createPod'; readonly pod: Pod }
  | { readonly type: 'deletePod'; readonly pod: Pod }
  | { readonly type: 'adoptPod'; readonly pod: Pod }
  | { readonly type: 'releasePod'; readonly pod: Pod }
  | { readonly type: 'updateStatus'; readonly status: ReplicaSetStatus };

/** One write of the ReplicaSet controller; `set` is the set as it was observed. */
export type ReplicaSetAction = ReplicaSetStep & { readonly set: ReplicaSet };

/** Names an action in a log line or an error. */
export function describeAction(action: ReplicaSetAction): string {
  const of = `of ReplicaSet ${action.set.metadata?.namespace}/${action.set.metadata?.name}`;
  if (action.type === 'updateStatus') return `updateStatus ${of}`;
  const { name, generateName } = action.pod.metadata ?? {};
  return `${action.type} ${name ?? `${generateName}*`} ${of}`;
}

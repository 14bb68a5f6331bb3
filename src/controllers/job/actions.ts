import type { Job, JobStatus } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';

/** One write of the Job controller, without the Job it is for. */
export type JobStep =
  | { readonly type: 'createPod'; readonly pod: Pod }
  /** `uncounted`: the finalizer goes first, so that the Pod is not taken for a failed one. */
  | { readonly type: 'deletePod'; readonly pod: Pod; readonly uncounted: boolean }
  | { readonly type: 'adoptPod'; readonly pod: Pod }
  | { readonly type: 'releasePod'; readonly pod: Pod }
  | { readonly type: 'untrackPod'; readonly pod: Pod }
  | { readonly type: 'updateStatus'; readonly status: JobStatus }
  | { readonly type: 'deleteJob' };

/** One write of the Job controller; `job` is the Job as it was observed, undefined when only its Pods are left. */
export type JobAction =
  | (JobStep & { readonly job: Job })
  | { readonly type: 'untrackPod'; readonly pod: Pod; readonly job: undefined };

/** Names an action in a log line or an error. */
export function describeAction(action: JobAction): string {
  const { namespace, name } = action.job?.metadata ?? {};
  const of = action.job === undefined ? 'of a Job that is gone' : `of Job ${namespace}/${name}`;
  if (!('pod' in action)) return `${action.type} ${of}`;
  const { name: pod, generateName } = action.pod.metadata ?? {};
  return `${action.type} ${pod ?? `${generateName}*`} ${of}`;
}

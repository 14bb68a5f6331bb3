import type { Deployment, DeploymentStatus, ReplicaSet } from '../../api/generated/apps-v1.js';

/** One write of the Deployment controller, without the Deployment it is for. */
export type DeploymentStep =
  | { readonly type: 'createReplicaSet'; readonly replicaSet: ReplicaSet }
  /** `replicaSet` is the whole object as it shall be; `from` its replicas before. */
  | { readonly type: 'updateReplicaSet'; readonly replicaSet: ReplicaSet; readonly from: number }
  | { readonly type: 'deleteReplicaSet'; readonly replicaSet: ReplicaSet }
  | { readonly type: 'adoptReplicaSet'; readonly replicaSet: ReplicaSet }
  | { readonly type: 'releaseReplicaSet'; readonly replicaSet: ReplicaSet }
  | { readonly type: 'annotate'; readonly annotations: Readonly<Record<string, string>> }
  | { readonly type: 'updateStatus'; readonly status: DeploymentStatus };

/** One write of the Deployment controller; `deployment` is as it was observed. */
export type DeploymentAction = DeploymentStep & { readonly deployment: Deployment };

/** Names an action in a log line or an error. */
export function describeAction(action: DeploymentAction): string {
  const of = `of Deployment ${action.deployment.metadata?.namespace}/${action.deployment.metadata?.name}`;
  return 'replicaSet' in action
    ? `${action.type} ${action.replicaSet.metadata?.name} ${of}`
    : `${action.type} ${of}`;
}

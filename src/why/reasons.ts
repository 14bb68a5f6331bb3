/**
 * Every reason code of an answer, and what it means. Codes are stable: scripts may read them. Planners bring their own
 * codes, which stand here too.
 */
export const reasons = {
  Settled: 'the object is as it should be',
  NotFound: 'there is no such object, and nothing is known that would make it',
  Acting: 'the controller has a write to do and is about to do it',
  DependencyCycle: 'the objects wait for one another',
  // Sets and their Pods.
  SetBeingDeleted: 'the set is on its way out and its Pods are not touched any more',
  PodNameTaken: 'a Pod that is not the set’s has the name of one of its Pods',
  PodTerminating: 'a Pod has to be gone first',
  PodNotScheduled: 'a Pod has no node',
  PodNotRunning: 'a Pod has not started',
  PodNotReady: 'a Pod runs and is not ready',
  PodNotAvailable: 'a Pod is ready, but not for minReadySeconds yet',
  ClaimBeingDeleted: 'a claim that the next Pod needs is on its way out',
  ClaimOfFormerPod: 'a claim goes with the Pod that had the name before',
  StuckOnOldRevision: 'a Pod of an older template never became ready, and OrderedReady does not replace it',
  UpdateOnDelete: 'the update strategy leaves replacing Pods to the user',
  RecreatingPods: 'the update strategy is Recreate, and Pods of an older template are not gone yet',
  BeyondReplicas: 'the ordinal lies outside the range of the set',
  HeldBack: 'the set has not made this Pod yet',
  ScaledToZero: 'no replicas are wanted',
  // Pods.
  SchedulingGated: 'the Pod has scheduling gates',
  Unschedulable: 'no node takes the Pod',
  WaitingForVolumes: 'claims of the Pod are not bound yet',
  ClaimMissing: 'the Pod uses a claim that does not exist',
  ClaimNotBound: 'the Pod uses a claim that is not bound',
  MissingConfig: 'a container needs a ConfigMap, Secret or key that does not exist',
  ImageNotPulled: 'an image cannot be had',
  CrashLoop: 'a container ends again and again',
  ContainerEnded: 'a container has ended and will be started again',
  ContainerStarting: 'a container is being made',
  InitContainerRunning: 'an init container has not finished',
  VolumeNotMounted: 'a volume of the Pod cannot be mounted',
  ProbeFailing: 'a readiness or startup probe fails',
  ReadinessGate: 'a readiness gate of the Pod is not met',
  NodeGone: 'the Pod’s node is not there or does not answer, so that nobody can say that the Pod has stopped',
  NodeNotReady: 'the Pod’s node is not ready',
  Stopping: 'the Pod has been told to stop and has time left',
  HeldByFinalizers: 'finalizers keep an object that is deleted',
  PodSucceeded: 'the Pod has done its work',
  PodFailed: 'the Pod has failed for good',
  PodUnknown: 'the node has not reported on the Pod yet',
  // Claims and volumes.
  WaitForFirstConsumer: 'the class binds a claim when a Pod uses it',
  WaitForPodScheduled: 'the class binds a claim when the Pod that uses it has a node',
  ExternalProvisioning: 'a provisioner outside the control plane has to make the volume',
  FailedBinding: 'no volume fits, and the claim has no class that makes one',
  ProvisioningFailed: 'making the volume failed',
  VolumeMismatch: 'the volume that the claim names does not fit it',
  ClaimLost: 'the volume of the claim is gone',
  ClaimMisbound: 'the volume of the claim is bound to another claim',
  ClaimInUse: 'the claim is deleted, and Pods still use it',
  VolumeInUse: 'the volume is deleted, and a claim is still bound to it',
  VolumeReleased: 'the claim of the volume is gone, and the volume is kept for an administrator',
  ClassMissing: 'the claim names a StorageClass that does not exist',
  // Services and names.
  NoSelector: 'the Service selects nothing by itself; its endpoints are made by hand',
  SelectsNothing: 'no Pod has the labels that the Service selects',
  NoReadyEndpoints: 'Pods are selected, and none of them is ready',
  NoSuchPort: 'the Service sends to a named port that its Pods do not have',
  ExternalName: 'the Service stands for a name outside the cluster',
  NameOutsideCluster: 'the name does not end in the cluster’s domain',
  NoSuchService: 'the name needs a Service that does not exist',
  NotHeadless: 'the Service has a cluster IP, so its Pods have no names under it',
  HostNameElsewhere: 'the Pod has its name under another Service',
  NotSelected: 'the Service does not select the Pod',
  // Rollouts.
  DeploymentPaused: 'the rollout is paused',
  OldPodsRunning: 'Pods of the old template have to be gone first',
  ReplicaSetNotAvailable: 'a ReplicaSet has not enough available Pods',
  ProgressDeadlineExceeded: 'the rollout made no progress for its whole deadline',
  CreationFailed: 'the Pods of the object are refused when they are created',
  // Namespaces and garbage.
  NamespaceContentRemaining: 'the Namespace still has contents',
  DependentsRemain: 'dependents that block the deletion are still there',
} as const satisfies { readonly [code: string]: string };

/** A reason code of this table. */
export type Reason = keyof typeof reasons;

/** Whether a code stands in the table. */
export function isReason(code: string): code is Reason {
  return Object.hasOwn(reasons, code);
}

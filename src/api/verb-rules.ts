import type { KindRef } from './kube-object.js';

/** Where a kind's verbs differ from what most kinds do; everything absent is the common rule. */
export interface VerbRules {
  /** An update has to say which version it replaces. */
  readonly updateNeedsVersion?: boolean;
  /** An update of an object that is not there creates it. */
  readonly updateCreates?: boolean;
  /** A delete answers with the object that went, not with a Status. */
  readonly deleteAnswersObject?: boolean;
  /** What becomes of dependents when the deleter does not say; `none` keeps the collector's finalizers away. */
  readonly dependents?: 'orphaned' | 'none';
}

const createdByUpdate: VerbRules = { updateCreates: true };
const answersObject: VerbRules = { deleteAnswersObject: true };
const storageRules: VerbRules = { updateNeedsVersion: true, deleteAnswersObject: true };

/** The strategies of Kubernetes' registries, as far as they differ; by `group/Kind`. */
const rules: ReadonlyMap<string, VerbRules> = new Map<string, VerbRules>([
  ['/Endpoints', createdByUpdate],
  ['/Event', { updateCreates: true, dependents: 'none' }],
  ['events.k8s.io/Event', { updateCreates: true, dependents: 'none' }],
  ['/LimitRange', createdByUpdate],
  ['/PersistentVolume', answersObject],
  ['/PersistentVolumeClaim', answersObject],
  ['/Pod', answersObject],
  ['/PodTemplate', answersObject],
  ['/ReplicationController', { dependents: 'orphaned' }],
  ['/ResourceQuota', answersObject],
  ['/Service', { updateCreates: true, deleteAnswersObject: true }],
  ['/ServiceAccount', answersObject],
  ['apiextensions.k8s.io/CustomResourceDefinition', { updateNeedsVersion: true }],
  ['batch/Job', { dependents: 'orphaned' }],
  ['coordination.k8s.io/Lease', { updateCreates: true, updateNeedsVersion: true }],
  ['policy/PodDisruptionBudget', { updateNeedsVersion: true }],
  ['rbac.authorization.k8s.io/ClusterRole', createdByUpdate],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', createdByUpdate],
  ['rbac.authorization.k8s.io/Role', createdByUpdate],
  ['rbac.authorization.k8s.io/RoleBinding', createdByUpdate],
  ['storage.k8s.io/CSIDriver', storageRules],
  ['storage.k8s.io/CSINode', storageRules],
  ['storage.k8s.io/CSIStorageCapacity', { updateNeedsVersion: true }],
  ['storage.k8s.io/StorageClass', answersObject],
  ['storage.k8s.io/VolumeAttachment', storageRules],
  ['storage.k8s.io/VolumeAttributesClass', answersObject],
]);

const common: VerbRules = {};

/** How the verbs of a kind differ from the common rules. */
export function verbRulesOf({ group, kind }: Pick<KindRef, 'group' | 'kind'>): VerbRules {
  return rules.get(`${group}/${kind}`) ?? common;
}

import type { FieldError } from '../field-error.js';
import type { KindRef, KubeObject } from '../kube-object.js';
import { nonNegative } from './common.js';
import {
  validateConfigMap,
  validateConfigMapUpdate,
  validateSecret,
  validateSecretUpdate,
} from './config.js';
import { validateDaemonSet, validateDaemonSetUpdate } from './daemon-set.js';
import { validateDeployment, validateDeploymentUpdate } from './deployment.js';
import { validateEndpointSlice, validateEndpointSliceUpdate, validateEndpoints } from './endpoints.js';
import { validateCronJob, validateJob, validateJobUpdate } from './job.js';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.js';
import { validatePersistentVolume, validatePersistentVolumeUpdate } from './persistent-volume.js';
import {
  validatePersistentVolumeClaim,
  validatePersistentVolumeClaimUpdate,
} from './persistent-volume-claim.js';
import { validatePod, validatePodUpdate } from './pod.js';
import { validatePodDisruptionBudget } from './pod-disruption-budget.js';
import {
  validateReplicaSet,
  validateReplicaSetStatus,
  validateReplicaSetUpdate,
  validateReplicationController,
} from './replica-set.js';
import { validateService, validateServiceUpdate } from './service.js';
import * as small from './small-kinds.js';
import { validateStatefulSet, validateStatefulSetStatus, validateStatefulSetUpdate } from './stateful-set.js';
import { validateStorageClass, validateStorageClassUpdate } from './storage-class.js';

/** Rules of one kind; methods, so that rows of many kinds fit one table. Without `update`, a change is checked like a new object. */
interface Rules {
  create?(object: KubeObject): FieldError[];
  update?(object: KubeObject, old: KubeObject): FieldError[];
  status?(object: KubeObject, old: KubeObject): FieldError[];
}

const rows: Readonly<Record<string, Rules>> = {
  '/Pod': { create: validatePod, update: validatePodUpdate },
  '/Service': { create: validateService, update: validateServiceUpdate },
  '/PersistentVolumeClaim': {
    create: validatePersistentVolumeClaim,
    update: validatePersistentVolumeClaimUpdate,
  },
  '/PersistentVolume': { create: validatePersistentVolume, update: validatePersistentVolumeUpdate },
  '/ConfigMap': { create: validateConfigMap, update: validateConfigMapUpdate },
  '/Secret': { create: validateSecret, update: validateSecretUpdate },
  '/Endpoints': { create: validateEndpoints },
  '/ReplicationController': { create: validateReplicationController },
  'apps/StatefulSet': {
    create: validateStatefulSet,
    update: validateStatefulSetUpdate,
    status: validateStatefulSetStatus,
  },
  'apps/Deployment': { create: validateDeployment, update: validateDeploymentUpdate },
  'apps/ReplicaSet': {
    create: validateReplicaSet,
    update: validateReplicaSetUpdate,
    status: validateReplicaSetStatus,
  },
  'apps/DaemonSet': { create: validateDaemonSet, update: validateDaemonSetUpdate },
  'apps/ControllerRevision': {
    create: (object: KubeObject & { revision?: number }) => nonNegative('revision', object.revision),
    update: small.validateControllerRevisionUpdate,
  },
  'batch/Job': { create: validateJob, update: validateJobUpdate },
  'batch/CronJob': { create: validateCronJob },
  'policy/PodDisruptionBudget': { create: validatePodDisruptionBudget },
  'discovery.k8s.io/EndpointSlice': { create: validateEndpointSlice, update: validateEndpointSliceUpdate },
  'storage.k8s.io/StorageClass': { create: validateStorageClass, update: validateStorageClassUpdate },
  'scheduling.k8s.io/PriorityClass': {
    create: small.validatePriorityClass,
    update: small.validatePriorityClassUpdate,
  },
  'coordination.k8s.io/Lease': { create: small.validateLease },
  'autoscaling/HorizontalPodAutoscaler': { create: small.validateHorizontalPodAutoscaler },
  'networking.k8s.io/NetworkPolicy': { create: small.validateNetworkPolicy },
  'networking.k8s.io/Ingress': { create: small.validateIngress },
  'rbac.authorization.k8s.io/Role': { create: small.validateRole },
  'rbac.authorization.k8s.io/ClusterRole': { create: small.validateClusterRole },
  'rbac.authorization.k8s.io/RoleBinding': {
    create: small.validateRoleBinding,
    update: small.validateRoleBindingUpdate,
  },
  'rbac.authorization.k8s.io/ClusterRoleBinding': {
    create: small.validateRoleBinding,
    update: small.validateRoleBindingUpdate,
  },
};

function rulesOf({ group, kind }: KindRef): Rules {
  return rows[`${group}/${kind}`] ?? {};
}

/** What is wrong with a new object, which has its defaults, name and namespace. */
export function validateCreate(kind: KindRef, object: KubeObject): FieldError[] {
  return [...validateObjectMeta(kind, object.metadata), ...(rulesOf(kind).create?.(object) ?? [])];
}

/** What is wrong with a changed object. An object on its way out may lose finalizers even when old data is invalid. */
export function validateUpdate(kind: KindRef, object: KubeObject, old: KubeObject): FieldError[] {
  const rules = rulesOf(kind);
  const errors = rules.update ? rules.update(object, old) : (rules.create?.(object) ?? []);
  return [
    ...validateObjectMeta(kind, object.metadata),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...errors,
  ];
}

/** What is wrong with a write through the status subresource. */
export function validateStatusUpdate(kind: KindRef, object: KubeObject, old: KubeObject): FieldError[] {
  return [
    ...validateObjectMeta(kind, object.metadata),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(rulesOf(kind).status?.(object, old) ?? []),
  ];
}

import type { FieldError } from '../field-error.js';
import type { KindRef, KubeObject } from '../kube-object.js';
import {
  validateConfigMap,
  validateConfigMapUpdate,
  validateSecret,
  validateSecretUpdate,
} from './config.js';
import { validateCronJob, validateCronJobUpdate } from './cron-job.js';
import * as csi from './csi.js';
import { validateDaemonSet, validateDaemonSetStatus, validateDaemonSetUpdate } from './daemon-set.js';
import { validateDeployment, validateDeploymentStatus, validateDeploymentUpdate } from './deployment.js';
import { validateEndpointSlice, validateEndpointSliceUpdate, validateEndpoints } from './endpoints.js';
import { validateEvent } from './event.js';
import {
  validateHorizontalPodAutoscaler,
  validateHorizontalPodAutoscalerStatus,
} from './horizontal-pod-autoscaler.js';
import * as ingress from './ingress.js';
import { validateJob, validateJobStatus, validateJobUpdate } from './job.js';
import { validateNamespace, validateNamespaceStatus } from './namespace.js';
import { validateNetworkPolicy } from './network-policy.js';
import { validateNode, validateNodeUpdate } from './node.js';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.js';
import { validatePersistentVolume, validatePersistentVolumeUpdate } from './persistent-volume.js';
import {
  validatePersistentVolumeClaim,
  validatePersistentVolumeClaimUpdate,
} from './persistent-volume-claim.js';
import { validatePod, validatePodUpdate } from './pod.js';
import { validatePodDisruptionBudget, validatePodDisruptionBudgetStatus } from './pod-disruption-budget.js';
import * as quota from './quota.js';
import * as rbac from './rbac.js';
import {
  validatePodTemplateObject,
  validateReplicaSet,
  validateReplicaSetStatus,
  validateReplicaSetUpdate,
  validateReplicationController,
} from './replica-set.js';
import { validateService, validateServiceUpdate } from './service.js';
import * as serviceCidr from './service-cidr.js';
import { validateServiceStatus } from './service-outside.js';
import * as small from './small-kinds.js';
import { validateStatefulSet, validateStatefulSetStatus, validateStatefulSetUpdate } from './stateful-set.js';
import {
  validateStorageClass,
  validateStorageClassUpdate,
  validateVolumeAttributesClass,
  validateVolumeAttributesClassUpdate,
} from './storage-class.js';

/** Rules of one kind; methods, so that rows of many kinds fit one table. Without `update`, a change is checked like a new object. */
interface Rules {
  create?(object: KubeObject): FieldError[];
  update?(object: KubeObject, old: KubeObject): FieldError[];
  status?(object: KubeObject, old: KubeObject): FieldError[];
}

const rows: Readonly<Record<string, Rules>> = {
  '/Pod': { create: validatePod, update: validatePodUpdate },
  '/Service': { create: validateService, update: validateServiceUpdate, status: validateServiceStatus },
  '/PersistentVolumeClaim': {
    create: validatePersistentVolumeClaim,
    update: validatePersistentVolumeClaimUpdate,
  },
  '/PersistentVolume': { create: validatePersistentVolume, update: validatePersistentVolumeUpdate },
  '/ConfigMap': { create: validateConfigMap, update: validateConfigMapUpdate },
  '/Secret': { create: validateSecret, update: validateSecretUpdate },
  '/Endpoints': { create: validateEndpoints },
  '/Event': { create: validateEvent },
  '/LimitRange': { create: quota.validateLimitRange },
  '/Namespace': { create: validateNamespace, update: () => [], status: validateNamespaceStatus },
  '/Node': { create: validateNode, update: validateNodeUpdate },
  '/ResourceQuota': {
    create: quota.validateResourceQuota,
    update: quota.validateResourceQuotaUpdate,
    status: quota.validateResourceQuotaStatus,
  },
  '/PodTemplate': { create: validatePodTemplateObject },
  '/ReplicationController': {
    create: validateReplicationController,
    status: validateReplicaSetStatus,
  },
  'apps/StatefulSet': {
    create: validateStatefulSet,
    update: validateStatefulSetUpdate,
    status: validateStatefulSetStatus,
  },
  'apps/Deployment': {
    create: validateDeployment,
    update: validateDeploymentUpdate,
    status: validateDeploymentStatus,
  },
  'apps/ReplicaSet': {
    create: validateReplicaSet,
    update: validateReplicaSetUpdate,
    status: validateReplicaSetStatus,
  },
  'apps/DaemonSet': {
    create: validateDaemonSet,
    update: validateDaemonSetUpdate,
    status: validateDaemonSetStatus,
  },
  'apps/ControllerRevision': {
    create: small.validateControllerRevision,
    update: small.validateControllerRevisionUpdate,
  },
  'batch/Job': { create: validateJob, update: validateJobUpdate, status: validateJobStatus },
  'batch/CronJob': { create: validateCronJob, update: validateCronJobUpdate },
  'policy/PodDisruptionBudget': {
    create: validatePodDisruptionBudget,
    status: validatePodDisruptionBudgetStatus,
  },
  'discovery.k8s.io/EndpointSlice': { create: validateEndpointSlice, update: validateEndpointSliceUpdate },
  'storage.k8s.io/StorageClass': { create: validateStorageClass, update: validateStorageClassUpdate },
  'storage.k8s.io/VolumeAttributesClass': {
    create: validateVolumeAttributesClass,
    update: validateVolumeAttributesClassUpdate,
  },
  'storage.k8s.io/CSIDriver': { create: csi.validateCSIDriver, update: csi.validateCSIDriverUpdate },
  'storage.k8s.io/CSINode': { create: csi.validateCSINode, update: csi.validateCSINodeUpdate },
  'storage.k8s.io/CSIStorageCapacity': {
    create: csi.validateCSIStorageCapacity,
    update: csi.validateCSIStorageCapacityUpdate,
  },
  'storage.k8s.io/VolumeAttachment': {
    create: csi.validateVolumeAttachment,
    update: csi.validateVolumeAttachmentUpdate,
  },
  'scheduling.k8s.io/PriorityClass': {
    create: small.validatePriorityClass,
    update: small.validatePriorityClassUpdate,
  },
  'coordination.k8s.io/Lease': { create: small.validateLease },
  'autoscaling/HorizontalPodAutoscaler': {
    create: validateHorizontalPodAutoscaler,
    status: validateHorizontalPodAutoscalerStatus,
  },
  'networking.k8s.io/NetworkPolicy': { create: validateNetworkPolicy },
  'networking.k8s.io/Ingress': {
    create: ingress.validateIngress,
    update: ingress.validateIngressUpdate,
    status: ingress.validateIngressStatus,
  },
  'networking.k8s.io/IngressClass': {
    create: ingress.validateIngressClass,
    update: ingress.validateIngressClassUpdate,
  },
  'networking.k8s.io/IPAddress': {
    create: serviceCidr.validateIPAddress,
    update: serviceCidr.validateIPAddressUpdate,
  },
  'networking.k8s.io/ServiceCIDR': {
    create: serviceCidr.validateServiceCIDR,
    update: serviceCidr.validateServiceCIDRUpdate,
  },
  'rbac.authorization.k8s.io/Role': { create: rbac.validateRole },
  'rbac.authorization.k8s.io/ClusterRole': { create: rbac.validateClusterRole },
  'rbac.authorization.k8s.io/RoleBinding': {
    create: rbac.validateRoleBinding,
    update: rbac.validateRoleBindingUpdate,
  },
  'rbac.authorization.k8s.io/ClusterRoleBinding': {
    create: rbac.validateClusterRoleBinding,
    update: rbac.validateClusterRoleBindingUpdate,
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

import type { KindRef, KubeObject } from '../kube-object.js';
import { autoscalerPrinter } from './autoscaler.js';
import {
  componentPrinter,
  configMapPrinter,
  eventPrinter,
  eventV1Printer,
  namespacePrinter,
  nodePrinter,
  secretPrinter,
  serviceAccountPrinter,
} from './core.js';
import { cronJobPrinter, jobPrinter } from './jobs.js';
import { podPrinter } from './pod.js';
import * as policy from './policy.js';
import { quotaPrinter } from './quota.js';
import {
  endpointSlicePrinter,
  endpointsPrinter,
  ipAddressPrinter,
  serviceCidrPrinter,
  servicePrinter,
} from './service.js';
import { claimPrinter, storageClassPrinter, volumePrinter } from './storage.js';
import * as drivers from './storage-drivers.js';
import { age, ageColumn, type Cell, type Column, nameColumn, nameOf, type Printer } from './table.js';
import {
  controllerRevisionPrinter,
  daemonSetPrinter,
  deploymentPrinter,
  podTemplatePrinter,
  replicaSetPrinter,
  replicationControllerPrinter,
  scalePrinter,
  statefulSetPrinter,
} from './workloads.js';

const printers: Readonly<Record<string, Printer>> = {
  '/Pod': podPrinter,
  '/Service': servicePrinter,
  '/Endpoints': endpointsPrinter,
  '/PersistentVolumeClaim': claimPrinter,
  '/PersistentVolume': volumePrinter,
  '/Node': nodePrinter,
  '/Namespace': namespacePrinter,
  '/ConfigMap': configMapPrinter,
  '/Secret': secretPrinter,
  '/ServiceAccount': serviceAccountPrinter,
  '/Event': eventPrinter,
  'events.k8s.io/Event': eventV1Printer,
  '/ComponentStatus': componentPrinter,
  '/PodTemplate': podTemplatePrinter,
  '/ResourceQuota': quotaPrinter,
  '/ReplicationController': replicationControllerPrinter,
  'apps/StatefulSet': statefulSetPrinter,
  'apps/Deployment': deploymentPrinter,
  'apps/ReplicaSet': replicaSetPrinter,
  'apps/DaemonSet': daemonSetPrinter,
  'apps/ControllerRevision': controllerRevisionPrinter,
  'batch/Job': jobPrinter,
  'batch/CronJob': cronJobPrinter,
  'storage.k8s.io/StorageClass': storageClassPrinter,
  'storage.k8s.io/VolumeAttributesClass': drivers.attributesClassPrinter,
  'storage.k8s.io/VolumeAttachment': drivers.attachmentPrinter,
  'storage.k8s.io/CSINode': drivers.csiNodePrinter,
  'storage.k8s.io/CSIDriver': drivers.csiDriverPrinter,
  'storage.k8s.io/CSIStorageCapacity': drivers.csiCapacityPrinter,
  'discovery.k8s.io/EndpointSlice': endpointSlicePrinter,
  'coordination.k8s.io/Lease': policy.leasePrinter,
  'policy/PodDisruptionBudget': policy.budgetPrinter,
  'scheduling.k8s.io/PriorityClass': policy.priorityClassPrinter,
  'networking.k8s.io/Ingress': policy.ingressPrinter,
  'networking.k8s.io/IngressClass': policy.ingressClassPrinter,
  'networking.k8s.io/ServiceCIDR': serviceCidrPrinter,
  'networking.k8s.io/IPAddress': ipAddressPrinter,
  'networking.k8s.io/NetworkPolicy': policy.networkPolicyPrinter,
  'autoscaling/HorizontalPodAutoscaler': autoscalerPrinter,
  'autoscaling/Scale': scalePrinter,
  'rbac.authorization.k8s.io/RoleBinding': policy.roleBindingPrinter,
  'rbac.authorization.k8s.io/ClusterRoleBinding': policy.clusterRoleBindingPrinter,
};

const createdAt: Column = { ...ageColumn, name: 'Created At', type: 'date' };

/** Built-in kinds without a printer of their own. */
const plainPrinter: Printer = {
  columns: [nameColumn, createdAt],
  cells: (object) => [nameOf(object), object.metadata?.creationTimestamp ?? ''],
};

/** Custom resources. */
const customPrinter: Printer = {
  columns: [nameColumn, ageColumn],
  cells: (object, now) => [nameOf(object), age(object, now)],
};

function printerOf({ group, kind }: Pick<KindRef, 'group' | 'kind'>): Printer {
  const custom = group.includes('.') && !group.endsWith('.k8s.io');
  return printers[`${group}/${kind}`] ?? (custom ? customPrinter : plainPrinter);
}

/** A meta.k8s.io/v1 Table without the parts that the server adds: the rows stand in the order of the objects. */
export interface Table {
  readonly columnDefinitions: readonly Column[];
  readonly rows: readonly { readonly cells: readonly Cell[] }[];
}

/** The columns and rows that `kubectl get` prints for objects of a kind. `now` in milliseconds since the epoch. */
export function tableFor(
  kind: Pick<KindRef, 'group' | 'kind'>,
  objects: readonly KubeObject[],
  now: number,
): Table {
  const printer = printerOf(kind);
  return {
    columnDefinitions: printer.columns,
    rows: objects.map((object) => ({ cells: printer.cells(object, now) })),
  };
}

export type { Cell, Column } from './table.js';

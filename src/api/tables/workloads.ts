import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
} from '../generated/apps-v1.js';
import type { Scale } from '../generated/autoscaling-v1.js';
import type { PodTemplate, PodTemplateSpec, ReplicationController } from '../generated/core-v1.js';
import { controllerOf } from '../owner.js';
import {
  age,
  ageColumn,
  integer,
  type KindPrinter,
  labelSelectorText,
  labelsText,
  nameColumn,
  nameOf,
  none,
  selectorColumn,
  templateCells,
  templateColumns,
  text,
} from './table.js';

function template(spec: { readonly template?: PodTemplateSpec } | undefined): [string, string] {
  return templateCells(spec?.template?.spec?.containers);
}

/** How PodTemplates are printed. */
export const podTemplatePrinter: KindPrinter<PodTemplate> = {
  columns: [
    nameColumn,
    ...templateColumns.map((column) => ({ ...column, priority: 0 })),
    text('Pod Labels', 'The labels for the pod template.'),
  ],
  cells: (object) => [nameOf(object), ...template(object), labelsText(object.template?.metadata?.labels)],
};

/** How StatefulSets are printed. */
export const statefulSetPrinter: KindPrinter<StatefulSet> = {
  columns: [nameColumn, text('Ready', 'Number of the pod with ready state'), ageColumn, ...templateColumns],
  cells: (set, now) => [
    nameOf(set),
    `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 0}`,
    age(set, now),
    ...template(set.spec),
  ],
};

/** How Deployments are printed. */
export const deploymentPrinter: KindPrinter<Deployment> = {
  columns: [
    nameColumn,
    text('Ready', 'Number of the pod with ready state'),
    text('Up-to-date', 'Pods of the present template.'),
    text('Available', 'Pods that have been ready for long enough.'),
    ageColumn,
    ...templateColumns,
    selectorColumn,
  ],
  cells: (deployment, now) => [
    nameOf(deployment),
    `${deployment.status?.readyReplicas ?? 0}/${deployment.spec?.replicas ?? 0}`,
    deployment.status?.updatedReplicas ?? 0,
    deployment.status?.availableReplicas ?? 0,
    age(deployment, now),
    ...template(deployment.spec),
    labelSelectorText(deployment.spec?.selector),
  ],
};

const replicaColumns = [
  nameColumn,
  integer('Desired', 'How many Pods there should be.'),
  integer('Current', 'How many Pods there are.'),
  integer('Ready', 'How many Pods are ready.'),
  ageColumn,
  ...templateColumns,
  selectorColumn,
];

/** How ReplicaSets are printed. */
export const replicaSetPrinter: KindPrinter<ReplicaSet> = {
  columns: replicaColumns,
  cells: (set, now) => [
    nameOf(set),
    set.spec?.replicas ?? 0,
    set.status?.replicas ?? 0,
    set.status?.readyReplicas ?? 0,
    age(set, now),
    ...template(set.spec),
    labelSelectorText(set.spec?.selector),
  ],
};

/** How ReplicationControllers are printed. */
export const replicationControllerPrinter: KindPrinter<ReplicationController> = {
  columns: replicaColumns,
  cells: (controller, now) => [
    nameOf(controller),
    controller.spec?.replicas ?? 0,
    controller.status?.replicas ?? 0,
    controller.status?.readyReplicas ?? 0,
    age(controller, now),
    ...template(controller.spec),
    labelsText(controller.spec?.selector),
  ],
};

/** How DaemonSets are printed. */
export const daemonSetPrinter: KindPrinter<DaemonSet> = {
  columns: [
    nameColumn,
    integer('Desired', 'How many nodes should run the Pod.'),
    integer('Current', 'How many nodes run at least one such Pod.'),
    integer('Ready', 'How many nodes have a ready one.'),
    integer('Up-to-date', 'How many nodes run the present template.'),
    integer('Available', 'How many nodes have an available one.'),
    text('Node Selector', 'Which nodes run the Pod.'),
    ageColumn,
    ...templateColumns,
    selectorColumn,
  ],
  cells: (set, now) => [
    nameOf(set),
    set.status?.desiredNumberScheduled ?? 0,
    set.status?.currentNumberScheduled ?? 0,
    set.status?.numberReady ?? 0,
    set.status?.updatedNumberScheduled ?? 0,
    set.status?.numberAvailable ?? 0,
    labelsText(set.spec?.template?.spec?.nodeSelector),
    age(set, now),
    ...template(set.spec),
    labelSelectorText(set.spec?.selector),
  ],
};

function controllerText(revision: ControllerRevision): string {
  const controller = controllerOf(revision);
  if (controller === undefined) return none;
  const slash = controller.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${controller.apiVersion.slice(0, slash)}`;
  return `${controller.kind.toLowerCase()}${group}/${controller.name}`;
}

/** How ControllerRevisions are printed. */
export const controllerRevisionPrinter: KindPrinter<ControllerRevision> = {
  columns: [
    nameColumn,
    text('Controller', 'Controller of the object'),
    text('Revision', 'Revision indicates the revision of the state represented by Data.'),
    ageColumn,
  ],
  cells: (revision, now) => [
    nameOf(revision),
    controllerText(revision),
    revision.revision,
    age(revision, now),
  ],
};

/** How the scale of a workload is printed. */
export const scalePrinter: KindPrinter<Scale> = {
  columns: [
    nameColumn,
    integer('Desired', 'desired number of instances for the scaled object.'),
    integer('Available', 'actual number of observed instances of the scaled object.'),
    ageColumn,
  ],
  cells: (scale, now) => [
    nameOf(scale),
    scale.spec?.replicas ?? 0,
    scale.status?.replicas ?? 0,
    age(scale, now),
  ],
};

import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
} from '../generated/apps-v1.js';
import type { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from '../generated/autoscaling-v1.js';
import type { HorizontalPodAutoscaler } from '../generated/autoscaling-v2.js';
import type { CronJob, Job } from '../generated/batch-v1.js';
import type { PodDisruptionBudget } from '../generated/policy-v1.js';
import type { PriorityClass } from '../generated/scheduling-v1.js';
import { type RowGroup, row, scale, status } from './row.js';

const apps: RowGroup = { group: 'apps', version: 'v1', module: 'apps-v1' };
const batch: RowGroup = { group: 'batch', version: 'v1', module: 'batch-v1' };
const policy: RowGroup = { group: 'policy', version: 'v1', module: 'policy-v1' };
const scheduling: RowGroup = { group: 'scheduling.k8s.io', version: 'v1', module: 'scheduling-v1' };
const autoscaling: RowGroup = { group: 'autoscaling', version: 'v2', module: 'autoscaling-v2' };
const autoscalingV1: RowGroup = { group: 'autoscaling', version: 'v1', module: 'autoscaling-v1' };

/** Kinds that run Pods, and what governs how many of them. */
export const workloadKinds = {
  ControllerRevision: row<ControllerRevision>(apps, 'ControllerRevision', { plural: 'controllerrevisions' }),
  DaemonSet: row<DaemonSet>(apps, 'DaemonSet', {
    plural: 'daemonsets',
    shortNames: ['ds'],
    inAll: true,
    subresources: [status(apps, 'DaemonSet')],
  }),
  Deployment: row<Deployment>(apps, 'Deployment', {
    plural: 'deployments',
    shortNames: ['deploy'],
    inAll: true,
    subresources: [scale, status(apps, 'Deployment')],
  }),
  ReplicaSet: row<ReplicaSet>(apps, 'ReplicaSet', {
    plural: 'replicasets',
    shortNames: ['rs'],
    inAll: true,
    subresources: [scale, status(apps, 'ReplicaSet')],
  }),
  StatefulSet: row<StatefulSet>(apps, 'StatefulSet', {
    plural: 'statefulsets',
    shortNames: ['sts'],
    inAll: true,
    subresources: [scale, status(apps, 'StatefulSet')],
  }),
  CronJob: row<CronJob>(batch, 'CronJob', {
    plural: 'cronjobs',
    shortNames: ['cj'],
    inAll: true,
    subresources: [status(batch, 'CronJob')],
  }),
  Job: row<Job>(batch, 'Job', { plural: 'jobs', inAll: true, subresources: [status(batch, 'Job')] }),
  PodDisruptionBudget: row<PodDisruptionBudget>(policy, 'PodDisruptionBudget', {
    plural: 'poddisruptionbudgets',
    shortNames: ['pdb'],
    subresources: [status(policy, 'PodDisruptionBudget')],
  }),
  PriorityClass: row<PriorityClass>(scheduling, 'PriorityClass', {
    plural: 'priorityclasses',
    clusterWide: true,
    shortNames: ['pc'],
  }),
  HorizontalPodAutoscaler: row<HorizontalPodAutoscaler>(autoscaling, 'HorizontalPodAutoscaler', {
    plural: 'horizontalpodautoscalers',
    shortNames: ['hpa'],
    inAll: true,
    subresources: [status(autoscaling, 'HorizontalPodAutoscaler')],
  }),
  /** The older face of HorizontalPodAutoscaler, which knows of CPU only; one object behind both. */
  HorizontalPodAutoscalerV1: row<HorizontalPodAutoscalerV1>(autoscalingV1, 'HorizontalPodAutoscaler', {
    plural: 'horizontalpodautoscalers',
    shortNames: ['hpa'],
    inAll: true,
    subresources: [status(autoscalingV1, 'HorizontalPodAutoscaler')],
    storage: { group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers' },
  }),
} as const;

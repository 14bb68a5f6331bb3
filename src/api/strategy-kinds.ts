import { semanticEqual } from './deep.js';
import type { DaemonSet } from './generated/apps-v1.js';
import type { Job } from './generated/batch-v1.js';
import type {
  Namespace,
  PersistentVolumeClaim,
  Pod,
  Service,
  ServicePort,
  ServiceSpec,
} from './generated/core-v1.js';
import type { ObjectMeta } from './generated/meta-v1.js';
import type { CSIDriver } from './generated/storage-v1.js';
import type { KindRef, KubeObject } from './kube-object.js';
import { withLabelKeysMerged } from './merge-label-keys.js';
import { qosClassOf } from './qos.js';
import { prepareClaim } from './strategy-claim.js';

/** The key of the tables here: `group/Kind`. */
export function kindName({ group, kind }: Pick<KindRef, 'group' | 'kind'>): string {
  return `${group}/${kind}`;
}

/** What a writer may change in metadata at all. */
export const allMetadata: readonly (keyof ObjectMeta)[] = [
  'annotations',
  'finalizers',
  'labels',
  'ownerReferences',
];

/** Kinds whose `metadata.generation` counts the changes of their spec. */
export const kindsWithGeneration: ReadonlySet<string> = new Set([
  '/Pod',
  '/PodTemplate',
  '/ReplicationController',
  'apps/StatefulSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/DaemonSet',
  'batch/Job',
  'batch/CronJob',
  'policy/PodDisruptionBudget',
  'networking.k8s.io/Ingress',
  'networking.k8s.io/IngressClass',
  'networking.k8s.io/NetworkPolicy',
  'discovery.k8s.io/EndpointSlice',
  'scheduling.k8s.io/PriorityClass',
  'apiextensions.k8s.io/CustomResourceDefinition',
]);

/** What else than the spec counts, or what of it counts; kinds that are not named count everything but metadata and status. */
export const countedParts: ReadonlyMap<
  string,
  { readonly metadata?: 'annotations' | 'labels'; readonly body: boolean }
> = new Map([
  ['apps/Deployment', { metadata: 'annotations', body: true }],
  ['discovery.k8s.io/EndpointSlice', { metadata: 'labels', body: true }],
  ['scheduling.k8s.io/PriorityClass', { body: false }],
]);

/** Metadata that a write through the status subresource leaves as it is; all other kinds leave none. */
export const untouchedByStatus: ReadonlyMap<string, readonly (keyof ObjectMeta)[]> = new Map<
  string,
  readonly (keyof ObjectMeta)[]
>([
  ['/Pod', ['ownerReferences']],
  ['apps/Deployment', ['labels']],
  ['storage.k8s.io/VolumeAttachment', allMetadata],
]);

/** The status with which each kind that has one begins; fields without `omitempty` are there from the start. */
export const initialStatus: ReadonlyMap<string, object> = new Map<string, object>([
  ['/Pod', { phase: 'Pending' }],
  ['/Service', { loadBalancer: {} }],
  ['/PersistentVolumeClaim', { phase: 'Pending' }],
  ['/PersistentVolume', { phase: 'Pending' }],
  ['/Namespace', { phase: 'Active' }],
  ['/ReplicationController', { replicas: 0 }],
  ['/ResourceQuota', {}],
  ['apps/StatefulSet', { replicas: 0, availableReplicas: 0 }],
  ['apps/Deployment', {}],
  ['apps/ReplicaSet', { replicas: 0 }],
  [
    'apps/DaemonSet',
    { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  ],
  ['batch/Job', {}],
  ['batch/CronJob', {}],
  [
    'policy/PodDisruptionBudget',
    { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  ],
  ['networking.k8s.io/Ingress', { loadBalancer: {} }],
  ['networking.k8s.io/ServiceCIDR', {}],
  ['storage.k8s.io/VolumeAttachment', { attached: false }],
  ['autoscaling/HorizontalPodAutoscaler', { currentMetrics: [], desiredReplicas: 0 }],
  ['apiextensions.k8s.io/CustomResourceDefinition', {}],
]);

/** What a kind does beyond the common steps; methods, so that rows of many kinds fit one table. */
export interface KindHooks {
  create?(object: KubeObject): KubeObject;
  update?(object: KubeObject, old: KubeObject): KubeObject;
}

function createPod(pod: Pod): Pod {
  return { ...withLabelKeysMerged(pod), status: { phase: 'Pending', qosClass: qosClassOf(pod) } };
}

const emptier = 'kubernetes';

function createNamespace(namespace: Namespace): Namespace {
  const finalizers = namespace.spec?.finalizers ?? [];
  const all = finalizers.includes(emptier) ? finalizers : [...finalizers, emptier];
  return { ...namespace, spec: { ...namespace.spec, finalizers: all } };
}

/** Only the finalize subresource changes them. */
function updateNamespace(namespace: Namespace, old: Namespace): Namespace {
  return { ...namespace, spec: { ...namespace.spec, finalizers: old.spec?.finalizers ?? [] } };
}

/** A Job that brings no selector gets one by its uid, which needs the uid to be set already. */
function createJob(job: Job): Job {
  const { uid = '', name = '' } = job.metadata ?? {};
  if (job.spec === undefined || job.spec.manualSelector === true || uid === '') return job;
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const { template } = job.spec;
  // What the user set by hand is not overwritten: validation says that it does not fit.
  const metadata = { ...template?.metadata, labels: { ...labels, ...template?.metadata?.labels } };
  const selector = {
    ...job.spec.selector,
    matchLabels: { 'batch.kubernetes.io/controller-uid': uid, ...job.spec.selector?.matchLabels },
  };
  return { ...job, spec: { ...job.spec, selector, template: { ...template, metadata } } };
}

function needsAddress(spec: ServiceSpec): boolean {
  return spec.type !== 'ExternalName';
}

function samePort(a: ServicePort, b: ServicePort): boolean {
  return a.port === b.port && (a.protocol ?? 'TCP') === (b.protocol ?? 'TCP');
}

function keepNodePort(port: ServicePort, old: ServiceSpec): ServicePort {
  const before = old.ports?.find((other) => samePort(other, port));
  return port.nodePort || !before?.nodePort ? port : { ...port, nodePort: before.nodePort };
}

function isOutward(spec: ServiceSpec): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

function keepAddress(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  const families = {
    ipFamilies: spec.ipFamilies ?? before.ipFamilies,
    ipFamilyPolicy: spec.ipFamilyPolicy ?? before.ipFamilyPolicy,
  };
  if ((spec.clusterIPs ?? []).length > 0) return { ...spec, ...families };
  if (spec.clusterIP) return { ...spec, ...families, clusterIPs: [spec.clusterIP] };
  return { ...spec, ...families, clusterIP: before.clusterIP, clusterIPs: before.clusterIPs };
}

/** What was allocated stays when the caller leaves it out, so that a plain `kubectl replace` works. */
function updateService(service: Service, old: Service): Service {
  if (service.spec === undefined || old.spec === undefined) return service;
  let spec = service.spec;
  const before = old.spec;
  if (needsAddress(spec) && needsAddress(before)) spec = keepAddress(spec, before);
  if (isOutward(spec) && isOutward(before)) {
    spec = { ...spec, ports: spec.ports?.map((port) => keepNodePort(port, before)) };
  }
  return { ...service, spec };
}

const templateGeneration = 'deprecated.daemonset.template.generation';

function withTemplateGeneration(set: DaemonSet, generation: number): DaemonSet {
  const annotations = { ...set.metadata?.annotations, [templateGeneration]: String(generation) };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

/** Which template of the set this is; only the server counts. */
function updateDaemonSet(set: DaemonSet, old: DaemonSet): DaemonSet {
  const before = Number(old.metadata?.annotations?.[templateGeneration] ?? 1);
  const same = semanticEqual(set.spec?.template, old.spec?.template);
  return withTemplateGeneration(set, same ? before : before + 1);
}

/** Nothing counts a CSIDriver when it is made, but its changes are counted. */
function updateCsiDriver(driver: CSIDriver, old: CSIDriver): CSIDriver {
  const before = old.metadata?.generation;
  if (semanticEqual(driver.spec, old.spec)) return driver;
  return { ...driver, metadata: { ...driver.metadata, generation: (before ?? 0) + 1 } };
}

/** The kinds that do more than the common steps. */
export const kindHooks: ReadonlyMap<string, KindHooks> = new Map<string, KindHooks>([
  ['/Pod', { create: createPod }],
  ['/Namespace', { create: createNamespace, update: updateNamespace }],
  ['/Service', { update: updateService }],
  [
    '/PersistentVolumeClaim',
    { create: (claim: PersistentVolumeClaim) => prepareClaim(claim), update: prepareClaim },
  ],
  ['batch/Job', { create: createJob }],
  ['apps/DaemonSet', { create: (set: DaemonSet) => withTemplateGeneration(set, 1), update: updateDaemonSet }],
  ['storage.k8s.io/CSIDriver', { update: updateCsiDriver }],
]);

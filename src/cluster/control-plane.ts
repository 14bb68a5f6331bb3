import type { AdmissionHook } from '../api/admission.js';
import { type FeatureGates, gatesWith } from '../api/feature-gates.js';
import type { NodeApi } from '../api/node-api.js';
import type { LocalApi, UserInfo } from '../api/resource-api.js';
import {
  type ApiServer,
  type ApiServerOptions,
  type ComponentHealth,
  createApiServer,
  storeBuiltInRoles,
} from '../apiserver/index.js';
import type { Client } from '../client/client.js';
import { createLocalClient } from '../client/local.js';
import { startCronJob } from '../controllers/cronjob/index.js';
import { startDaemonSet } from '../controllers/daemonset/index.js';
import { startDeployment } from '../controllers/deployment/index.js';
import { startDisruption } from '../controllers/disruption/index.js';
import { startEndpointSlice } from '../controllers/endpointslice/index.js';
import { startEndpointSliceMirroring } from '../controllers/endpointslice-mirroring/index.js';
import { startEventCleaner } from '../controllers/event-cleaner/index.js';
import { startGarbageCollector } from '../controllers/garbage-collector/index.js';
import { startHorizontalPodAutoscaler } from '../controllers/horizontal-pod-autoscaler/index.js';
import { startJob } from '../controllers/job/index.js';
import { startNamespace } from '../controllers/namespace/index.js';
import { startNodeLifecycle } from '../controllers/node-lifecycle/index.js';
import { startPodGc } from '../controllers/pod-gc/index.js';
import { startReplicaSet, startReplicationController } from '../controllers/replicaset/index.js';
import { startResourceQuota } from '../controllers/resource-quota/index.js';
import { startRootCa } from '../controllers/root-ca/index.js';
import { startScheduler } from '../controllers/scheduler/index.js';
import { startServiceAccount } from '../controllers/service-account/index.js';
import { startServiceAccountToken } from '../controllers/service-account-token/index.js';
import { startStatefulSet } from '../controllers/statefulset/index.js';
import { startSystemObjects } from '../controllers/system-objects/index.js';
import { startTaintEviction } from '../controllers/taint-eviction/index.js';
import { startVolumeBinder } from '../controllers/volume-binder/index.js';
import { startVolumeProtection } from '../controllers/volume-protection/index.js';
import { startVolumeProvisioner } from '../controllers/volume-provisioner/index.js';
import { MemoryVolumeStore } from '../controllers/volume-provisioner/memory-store.js';
import type { VolumeStore } from '../controllers/volume-provisioner/volume-store.js';
import type { Clock } from '../lib/clock.js';
import type { Logger } from '../lib/log.js';
import type { Random } from '../lib/random.js';
import { fateHook, type SimulatedNodeOptions, startSimulatedNodes } from '../node/simulated/index.js';
import type { ControllerDeps } from '../reconcile/deps.js';
import { queueMetrics } from '../reconcile/queue-figures.js';
import type { Running } from '../reconcile/running.js';
import type { Store } from '../store/store.js';
import { type ApiAddress, bootstrap, systemObjects } from './bootstrap.js';

/** Starts what runs Pods; its client is `system:node:<nodeName>`. */
export type StartNode = (deps: ControllerDeps) => Promise<AsyncDisposable> | AsyncDisposable;

/** What a control plane is made of. */
export interface ControlPlaneOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly node: 'simulated' | 'none' | StartNode;
  /** How simulated nodes are: one, or several. */
  readonly simulated?: SimulatedNodeOptions | readonly SimulatedNodeOptions[];
  readonly admission?: readonly AdmissionHook[];
  /** As Kubernetes has them unless given. */
  readonly featureGates?: FeatureGates;
  readonly nodes?: (nodeName: string) => NodeApi | undefined;
  /** Where provisioned volumes live; on paper unless given. */
  readonly volumes?: VolumeStore;
  /** Where Pods reach the API server: the endpoint of Service `kubernetes`. */
  readonly apiAddress?: ApiAddress;
  readonly nodeName?: string;
  readonly version?: string;
  /** Further documents that the API server gives, by path. */
  readonly documents?: ReadonlyMap<string, () => Promise<object>>;
  /** PEM of the key that signs ServiceAccount tokens; without it they end with this control plane. */
  readonly accountKey?: string;
  /** The certificate by which Pods know the API server, PEM; without it Namespaces have no ConfigMap `kube-root-ca.crt`. */
  readonly rootCertificate?: Promise<string>;
}

/** A control plane at work; disposing of it stops everything but the store. */
export interface ControlPlane extends AsyncDisposable {
  readonly api: LocalApi;
  readonly apiServer: ApiServer;
  /** Everything that reconciles, a simulated node included. */
  readonly controllers: readonly Running[];
  /** The API as this user sees it; closed with the control plane. */
  client(user: UserInfo): Client;
}

/** The administrator that kubeconfigs name. */
export const administrator: UserInfo = {
  name: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
};

const bootstrapUser: UserInfo = { name: 'system:apiserver', groups: ['system:masters'] };
const schedulerUser: UserInfo = { name: 'system:kube-scheduler', groups: ['system:authenticated'] };

function controllerUser(name: string): UserInfo {
  return {
    name: `system:serviceaccount:kube-system:${name}-controller`,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
  };
}

function nodeUser(nodeName: string): UserInfo {
  return { name: `system:node:${nodeName}`, groups: ['system:nodes', 'system:authenticated'] };
}

/**
 * Starts the API server, the objects that every cluster has, the controllers and the node, in this order: whoever comes
 * later finds what it needs. Nothing below reaches the store but through a client with a name.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { clock, random, log, nodeName = 'node-0' } = options;
  let controllers: readonly Running[] = [];
  const apiServer = serverOf(options, {
    components: () => componentsOf(controllers),
    metrics: () => queueMetrics(controllers),
  });
  const clients: Client[] = [];
  const client = (user: UserInfo): Client => {
    const made = createLocalClient(apiServer.local, user, { clock, log });
    clients.push(made);
    return made;
  };
  const depsOf = (user: UserInfo): ControllerDeps => ({ client: client(user), clock, random, log });
  await storeBuiltInRoles(apiServer);
  await bootstrap(client(bootstrapUser), options.apiAddress);
  const simulated =
    options.node === 'simulated'
      ? startSimulatedNodes((name) => depsOf(nodeUser(name)), simulatedNodes(options))
      : [];
  controllers = [...startControllers(options, apiServer, depsOf), ...simulated];
  let node: AsyncDisposable | undefined;
  const stop = async (): Promise<void> => {
    // The node stops first: it must not take a controller's last writes for orders. Clients go when nobody writes.
    await node?.[Symbol.asyncDispose]();
    await Promise.all(controllers.map((controller) => controller.stop()));
    controllers = [];
    await Promise.all(clients.map((made) => made[Symbol.asyncDispose]()));
  };
  try {
    node = typeof options.node === 'function' ? await options.node(depsOf(nodeUser(nodeName))) : undefined;
  } catch (error) {
    await stop();
    throw error;
  }
  return { api: apiServer.local, apiServer, controllers, client, [Symbol.asyncDispose]: stop };
}

function simulatedNodes({
  simulated = {},
  nodeName = 'node-0',
}: ControlPlaneOptions): readonly SimulatedNodeOptions[] {
  return 'map' in simulated ? simulated : [{ nodeName, ...simulated }];
}

const notRunning = 'it is not running: the control plane is starting or stopping';

/** The parts of the control plane under the names that Kubernetes gives them; they run in one process. */
function componentsOf(controllers: readonly Running[]): readonly ComponentHealth[] {
  const health = (name: string, running: boolean): ComponentHealth =>
    running ? { name } : { name, error: notRunning };
  const schedulers = controllers.filter(({ name }) => name === 'scheduler');
  return [
    health('scheduler', schedulers.length > 0),
    health('controller-manager', controllers.length > schedulers.length),
  ];
}

function serverOf(
  options: ControlPlaneOptions,
  own: Pick<ApiServerOptions, 'components' | 'metrics'>,
): ApiServer {
  const { store, clock, random, log, nodes, version = 'development' } = options;
  // On paper Pods live by what their annotations say, and whoever mistypes must learn of it.
  const admission = [...(options.admission ?? []), ...(options.node === 'simulated' ? [fateHook()] : [])];
  return createApiServer({
    store,
    clock,
    random,
    log,
    admission,
    featureGates: options.featureGates,
    nodes,
    serviceRange: '10.96.0.0/16',
    version,
    documents: options.documents,
    accountKey: options.accountKey,
    accountsRequired: true,
    ...own,
  });
}

/** All controllers. They know nothing of one another; the order only spares a few passes at the start. */
function startControllers(
  options: ControlPlaneOptions,
  { registry }: ApiServer,
  depsOf: (user: UserInfo) => ControllerDeps,
): readonly Running[] {
  const as = (name: string): ControllerDeps => depsOf(controllerUser(name));
  const { volumes, nodeName = 'node-0', rootCertificate, featureGates = gatesWith() } = options;
  const sign = registry.tokens.issueLegacy.bind(registry.tokens);
  return [
    // What every cluster has, and every Namespace.
    startSystemObjects(as('system-objects'), systemObjects(options.apiAddress)),
    startNamespace(as('namespace')),
    startServiceAccount(as('service-account')),
    startServiceAccountToken(as('service-account-token'), { sign, rootCertificate }),
    ...(rootCertificate === undefined
      ? []
      : [startRootCa(as('root-ca-cert-publisher'), { certificate: rootCertificate })]),
    // Volumes, which Pods wait for.
    startVolumeBinder(as('volume-binder')),
    startVolumeProvisioner(
      as('volume-provisioner'),
      // What is only on paper is on no node.
      volumes === undefined ? { store: new MemoryVolumeStore() } : { store: volumes, nodeName },
    ),
    startVolumeProtection(as('volume-protection'), featureGates),
    // A place for each Pod.
    startScheduler(depsOf(schedulerUser)),
    // What nodes are worth, and what becomes of Pods on those that are not well.
    startNodeLifecycle(as('node-lifecycle')),
    startTaintEviction(as('taint-eviction')),
    startPodGc(as('pod-garbage-collector')),
    // What makes Pods.
    startStatefulSet(as('statefulset'), featureGates),
    startReplicaSet(as('replicaset')),
    startReplicationController(as('replication')),
    startDeployment(as('deployment')),
    startDaemonSet(as('daemonset')),
    startJob(as('job')),
    startCronJob(as('cronjob')),
    // What says why nothing scales them.
    startHorizontalPodAutoscaler(as('horizontal-pod-autoscaler')),
    // What holds evictions back.
    startDisruption(as('disruption')),
    // What says how much of each quota is taken.
    startResourceQuota(as('resourcequota')),
    // What tells where they are.
    startEndpointSlice(as('endpointslice')),
    startEndpointSliceMirroring(as('endpointslicemirroring')),
    // What clears up.
    startGarbageCollector(as('garbage-collector')),
    startEventCleaner(as('event')),
  ];
}

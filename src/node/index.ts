import type { Pod } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import type { NodeApi } from '../api/node-api.js';
import type { Cache } from '../client/client.js';
import type { Waiting } from '../reconcile/contract.js';
import type { ControllerDeps } from '../reconcile/deps.js';
import { startReconciler } from '../reconcile/driver.js';
import type { Running } from '../reconcile/running.js';
import { describePodAction, type PodAction } from './actions.js';
import { assemble } from './assemble.js';
import type { NodeContext } from './context.js';
import type { ContainerRuntime } from './cri/container-runtime.js';
import type { PodFacts } from './facts.js';
import type { ImageSource } from './images/image-source.js';
import { leftoversReconciler } from './leftovers.js';
import { createNodeApi } from './node-api.js';
import { observePod } from './observe.js';
import { performPodAction } from './perform.js';
import { plan } from './plan.js';
import type { ResolvConf } from './pod/dns-config.js';
import type { Dial } from './probes/dial.js';
import { startRegistration } from './registration/index.js';
import { leftoverSources, podSources } from './sources.js';
import { keepUp } from './upkeep.js';
import type { VolumeIo } from './volumes/index.js';

/** How a node is set up. */
export interface NodeAgentOptions {
  readonly nodeName: string;
  /** The node's own address; Pods show it as hostIP. */
  readonly address: string;
  /** Addresses of its Pods, `10.244.0.0/16`. */
  readonly podRange: string;
  readonly runtime: ContainerRuntime;
  /** The runtime's own pulls unless given. */
  readonly images?: ImageSource;
  /** One folder for each Pod; unmounted and removed with it. */
  readonly podsDir: string;
  readonly logsDir: string;
  /** On the disk of volumes and images: its size is the node's. */
  readonly stateDirectory: string;
  /** An absolute path inside every cgroup hierarchy. */
  readonly cgroupParent: string;
  /** `/sys/fs/cgroup` unless given. */
  readonly cgroupRoot?: string;
  readonly clusterDns: string;
  readonly clusterDomain: string;
  /** What Pods with dnsPolicy Default are given; the cluster's DNS alone unless given, since nothing else can be reached. */
  readonly nodeDns?: ResolvConf;
  readonly version: string;
  /** 110 unless given. */
  readonly maxPods?: number;
  /** For whoever is not in the node's network. */
  readonly dial?: Dial;
  readonly volumeIo?: VolumeIo;
  readonly onWaiting?: (key: string, waiting: Waiting | undefined) => void;
}

/** The node agent at work. */
export interface NodeAgent extends Running {
  /** What the API server asks of this node. */
  readonly api: NodeApi;
  /** Resolves when the Node object was written for the first time. */
  readonly registered: Promise<void>;
  /** Stops every Pod with its own grace, all at once, and leaves the objects as they are; resolves when nothing runs any more. */
  shutdown(): Promise<void>;
}

/** Starts the agent of one node: it runs the Pods that are bound to it. Containers go on when it is stopped. */
export function startNodeAgent(deps: ControllerDeps, options: NodeAgentOptions): NodeAgent {
  const pods = deps.client.cache(kinds.Pod, { fieldSelector: `spec.nodeName=${options.nodeName}` });
  const assembled = assemble(deps, options, pods);
  const { context, wakePods, wakeLeftovers } = assembled;
  const { clock, log } = deps;
  const stopping = new AbortController();
  const driver = startReconciler<string, PodFacts, PodAction>({
    reconciler: {
      name: 'node',
      observe: async (key) => observePod(key, pods, context),
      plan,
      perform: (action) => performPodAction(context, action),
    },
    sources: podSources(context, pods, wakePods),
    caches: assembled.caches,
    clock,
    log,
    workers: 8,
    describeAction: describePodAction,
    onWaiting: options.onWaiting,
  });
  const cleaner = startReconciler({
    reconciler: leftoversReconciler(context, pods),
    sources: leftoverSources(context, pods, wakeLeftovers),
    clock,
    log,
  });
  const registration = startRegistration(deps, registrationOptions(options));
  context.view.start();
  const upkeep = keepUp(context, { pods, signal: stopping.signal, enqueue: wakePods.wake });
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all([driver.stop(), cleaner.stop(), upkeep, registration[Symbol.asyncDispose]()]);
    await assembled.stop();
  };
  return {
    name: driver.name,
    api: createNodeApi(context),
    registered: registration.registered,
    idle: () => driver.idle(),
    waiting: () => driver.waiting(),
    shutdown: () => shutDown(assembled, pods),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function registrationOptions(options: NodeAgentOptions): Parameters<typeof startRegistration>[1] {
  const { nodeName, address, podRange, stateDirectory, version, runtime, maxPods = 110 } = options;
  return {
    nodeName,
    address,
    podRange,
    maxPods,
    stateDirectory,
    version,
    runtime: async () => {
      const found = await runtime.version().catch(() => undefined);
      if (found === undefined)
        return { version: 'containerd://unknown', unready: 'container runtime is down' };
      return {
        version: `${found.name}://${found.version}`,
        unready: await runtime.unreadiness().catch(String),
      };
    },
  };
}

async function shutDown(
  { context, wakePods, beginShutdown }: ReturnType<typeof assemble>,
  pods: Cache<Pod>,
): Promise<void> {
  beginShutdown();
  const changed = wakePods.onWake();
  for (const pod of pods.list()) wakePods.wake(`${pod.metadata?.namespace}/${pod.metadata?.name}`);
  while (isAnythingRunning(context)) await changed.next();
  changed.stop();
}

function isAnythingRunning({ view, memories }: NodeContext): boolean {
  return view.pods().some(({ running }) => running) || memories.isAnyBusy('start:', 'sandbox', 'stop');
}

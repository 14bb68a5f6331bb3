import type { Pod } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import type { Cache, Client } from '../client/client.js';
import type { ControllerDeps } from '../reconcile/deps.js';
import { createEventRecorder } from '../reconcile/events.js';
import { keyOf } from '../reconcile/keys.js';
import { containerReference, type NodeContext } from './context.js';
import { createCriImageSource } from './images/image-source.js';
import type { NodeAgentOptions } from './index.js';
import { lastWords } from './performing/last-words.js';
import type { Lookups } from './pod/lookups.js';
import { PodMemories } from './pod-memory.js';
import { dialDirectly } from './probes/dial.js';
import { Prober, probeWord } from './probes/prober.js';
import { machineResources } from './registration/machine.js';
import type { KnownPod } from './runtime-facts.js';
import { RuntimeView } from './runtime-view.js';
import { systemVolumeIo } from './volumes/index.js';
import { createWaker, type Waker } from './wake.js';

/** The parts of the agent, joined. */
export interface Assembled {
  readonly context: NodeContext;
  readonly caches: readonly { readonly synced: Promise<void> }[];
  readonly wakePods: Waker;
  readonly wakeLeftovers: Waker;
  beginShutdown(): void;
  stop(): Promise<void>;
}

/** Joins the parts of the agent; nothing runs yet but the caches. */
export function assemble(deps: ControllerDeps, options: NodeAgentOptions, pods: Cache<Pod>): Assembled {
  const { client, clock, log, random } = deps;
  const { runtime } = options;
  const places = { pods: options.podsDir, logs: options.logsDir };
  const wakePods = createWaker();
  const wakeLeftovers = createWaker();
  const events = createEventRecorder({ client, clock, log, component: 'kubelet', host: options.nodeName });
  const dial = options.dial ?? dialDirectly;
  const wakeUid = (uid: string): void => {
    const pod = pods.list().find(({ metadata }) => metadata?.uid === uid);
    if (pod === undefined) wakeLeftovers.wake(uid);
    else wakePods.wake(keyOf(pod));
  };
  const memories = new PodMemories({ clock, log, refresh: () => view.refresh(), onSettled: wakeUid });
  const view = new RuntimeView({
    runtime,
    clock,
    log,
    lastWords: (container, details) => lastWords(places, container, details),
    isExpecting: () => memories.isAnyBusy('stop', 'hurry:'),
    onChange: (changed) => wakeChanged(changed, { pods, view, wakeUid, wakePods }),
  });
  const prober = new Prober({
    runtime,
    dial,
    clock,
    random,
    onChange: wakeUid,
    onFailure: ({ pod, container }, kind, { message }) =>
      events.event(
        containerReference(pod, container.name),
        'Warning',
        'Unhealthy',
        `${probeWord(kind)} probe failed: ${message}`,
      ),
  });
  const {
    clusterDns,
    clusterDomain,
    nodeDns = { servers: [clusterDns], searches: [], options: [] },
  } = options;
  const machine = machineResources();
  let shuttingDown = false;
  const context: NodeContext = {
    ...deps,
    nodeName: options.nodeName,
    address: options.address,
    runtime,
    images: options.images ?? createCriImageSource(runtime, clock),
    view,
    memories,
    prober,
    events,
    lookups: lookupsOf(client),
    sandbox: {
      places,
      dns: { clusterDns, clusterDomain, node: nodeDns },
      cgroupParent: options.cgroupParent,
    },
    volumeIo: options.volumeIo ?? systemVolumeIo({ clock }),
    dial,
    allocatable: { cpu: String(machine.cpus), memory: String(machine.memoryBytes) },
    memoryBytes: machine.memoryBytes,
    cgroupRoot: options.cgroupRoot ?? '/sys/fs/cgroup',
    isShuttingDown: () => shuttingDown,
  };
  return {
    context,
    caches: [client.cache(kinds.Service)],
    wakePods,
    wakeLeftovers,
    beginShutdown: () => {
      shuttingDown = true;
    },
    stop: async () => {
      await Promise.all([memories.stop(), prober.close(), view[Symbol.asyncDispose]()]);
      await events.flushed();
    },
  };
}

interface Wakes {
  readonly pods: Cache<Pod>;
  readonly view: RuntimeView;
  readonly wakeUid: (uid: string) => void;
  readonly wakePods: Waker;
}

/** A Pod that has gone from the runtime may be what another one of its name waited for. */
function wakeChanged(changed: readonly KnownPod[] | 'all', { pods, view, wakeUid, wakePods }: Wakes): void {
  if (changed === 'all') for (const pod of pods.list()) wakePods.wake(keyOf(pod));
  for (const { uid, namespace, name } of changed === 'all' ? view.pods() : changed) {
    wakeUid(uid);
    wakePods.wake(`${namespace}/${name}`);
  }
}

function lookupsOf(client: Client): Lookups {
  const configMaps = client.cache(kinds.ConfigMap);
  const secrets = client.cache(kinds.Secret);
  const claims = client.cache(kinds.PersistentVolumeClaim);
  const volumes = client.cache(kinds.PersistentVolume);
  const services = client.cache(kinds.Service);
  return {
    configMap: (namespace, name) => configMaps.get({ namespace, name }),
    secret: (namespace, name) => secrets.get({ namespace, name }),
    claim: (namespace, name) => claims.get({ namespace, name }),
    volume: (name) => volumes.get({ name }),
    services: (namespace) => services.list(namespace),
  };
}

import type { Container, ObjectReference, Pod } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { everyContainer } from '../api/pods.js';
import type { ControllerDeps } from '../reconcile/deps.js';
import { type EventRecorder, referenceTo } from '../reconcile/events.js';
import type { ContainerRuntime } from './cri/container-runtime.js';
import type { ImageSource } from './images/image-source.js';
import type { PodRuntimeFields } from './pod/field-refs.js';
import type { Lookups } from './pod/lookups.js';
import type { SandboxSettings } from './pod/sandbox-config.js';
import type { PodMemories } from './pod-memory.js';
import type { Dial } from './probes/dial.js';
import type { Prober } from './probes/prober.js';
import type { RuntimeView } from './runtime-view.js';
import type { VolumeIo, VolumeObjects } from './volumes/index.js';
import { volumeReferences } from './volumes/index.js';

/** Everything that the steps of the node agent work with. */
export interface NodeContext extends ControllerDeps {
  readonly nodeName: string;
  /** The node's own address. */
  readonly address: string;
  readonly runtime: ContainerRuntime;
  readonly images: ImageSource;
  readonly view: RuntimeView;
  readonly memories: PodMemories;
  readonly prober: Prober;
  readonly events: EventRecorder;
  readonly lookups: Lookups;
  readonly sandbox: SandboxSettings;
  readonly volumeIo: VolumeIo;
  readonly dial: Dial;
  /** `cpu` and `memory` that Pods may use. */
  readonly allocatable: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
  /** Where the cgroup hierarchies are mounted. */
  readonly cgroupRoot: string;
  isShuttingDown(): boolean;
}

/** A Pod, or a container in it, as events name it. */
export function podReference(pod: Pod, fieldPath?: string): ObjectReference {
  return referenceTo(kinds.Pod, pod, fieldPath);
}

/** Where a container stands in its Pod, as events name it. */
export function containerReference(pod: Pod, container: string): ObjectReference {
  const lists = ['initContainers', 'ephemeralContainers'] as const;
  const list = lists.find((key) => pod.spec?.[key]?.some(({ name }) => name === container)) ?? 'containers';
  return podReference(pod, `spec.${list}{${container}}`);
}

/** What a Pod may ask of its own fields. */
export function runtimeFields(context: NodeContext, addresses: readonly string[]): PodRuntimeFields {
  return { podIPs: addresses, hostIP: context.address, allocatable: context.allocatable };
}

/** What the Pod's volumes refer to, as the caches have it. */
export function volumeObjects(
  { lookups, allocatable, memories }: Pick<NodeContext, 'lookups' | 'allocatable' | 'memories'>,
  pod: Pod,
): VolumeObjects {
  const { namespace = '', uid = '' } = pod.metadata ?? {};
  const { tokens } = memories.of(uid);
  const { configMaps, secrets, claims } = volumeReferences(pod);
  const claimsByName = found(claims, (name) => lookups.claim(namespace, name));
  const volumes = new Set([...claimsByName.values()].flatMap(({ spec }) => spec?.volumeName ?? []));
  return {
    configMaps: found(configMaps, (name) => lookups.configMap(namespace, name)),
    secrets: found(secrets, (name) => lookups.secret(namespace, name)),
    claims: claimsByName,
    persistentVolumes: found(volumes, (name) => lookups.volume(name)),
    tokens: new Map([...tokens].map(([key, { token }]) => [key, token])),
    allocatable,
  };
}

function found<T>(names: ReadonlySet<string>, look: (name: string) => T | undefined): ReadonlyMap<string, T> {
  const result = new Map<string, T>();
  for (const name of names) {
    const object = look(name);
    if (object !== undefined) result.set(name, object);
  }
  return result;
}

/** The container of this name in the Pod's definition. */
export function containerOf(pod: Pod, name: string): Container {
  const container = everyContainer(pod).find((candidate) => candidate.name === name);
  if (container === undefined)
    throw new Error(`Pod ${pod.metadata?.namespace}/${pod.metadata?.name} has no container ${name}`);
  return container;
}

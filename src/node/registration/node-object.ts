import type { Node, NodeCondition, NodeStatus } from '../../api/generated/core-v1.js';
import type { MachineFacts } from './machine.js';

/** What the Node object is made from. */
export interface NodeFacts {
  readonly name: string;
  readonly address: string;
  readonly podRange: string;
  readonly maxPods: number;
  readonly machine: MachineFacts;
  readonly runtimeVersion: string;
  readonly version: string;
  /** Why the runtime is not ready; undefined when it is. */
  readonly unready: string | undefined;
}

/** Free disk below which the node says DiskPressure, bytes. */
const DISK_PRESSURE_BYTES = 512 * 1024 * 1024;

/** The Node object without its status: what is written once. */
export function nodeObject({ name, podRange, machine }: NodeFacts): Node {
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': machine.architecture,
    'node-role.kubernetes.io/control-plane': '',
  };
  return { metadata: { name, labels }, spec: { podCIDR: podRange, podCIDRs: [podRange] } };
}

/** The status as it should be now; conditions keep their transition time while their status does. */
export function nodeStatus(facts: NodeFacts, before: NodeStatus | undefined, now: string): NodeStatus {
  const { machine } = facts;
  const resources = {
    cpu: String(machine.cpus),
    memory: `${Math.floor(machine.memoryBytes / 1024)}Ki`,
    'ephemeral-storage': `${Math.floor(machine.diskBytes / 1024)}Ki`,
    pods: String(facts.maxPods),
  };
  return {
    ...before,
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: 'InternalIP', address: facts.address },
      { type: 'Hostname', address: facts.name },
    ],
    nodeInfo: nodeInfo(facts),
    conditions: conditions(facts).map((condition) => stamped(condition, before?.conditions, now)),
  };
}

function nodeInfo({ machine, runtimeVersion, version }: NodeFacts): NodeStatus['nodeInfo'] {
  return {
    architecture: machine.architecture,
    bootID: machine.bootId,
    containerRuntimeVersion: runtimeVersion,
    kernelVersion: machine.kernel,
    kubeProxyVersion: version,
    kubeletVersion: version,
    machineID: machine.machineId,
    operatingSystem: 'linux',
    osImage: machine.osImage,
    systemUUID: machine.machineId,
  };
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

type Condition = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

// The kubelet's own types, reasons and sentences, so that tools that read them go on working; a sentence may be longer.
function conditions({ machine, unready }: NodeFacts): readonly Condition[] {
  const full = machine.diskFreeBytes < DISK_PRESSURE_BYTES;
  return [
    {
      type: 'MemoryPressure',
      status: 'False',
      reason: 'KubeletHasSufficientMemory',
      message: 'kubelet has sufficient memory available',
    },
    full
      ? {
          type: 'DiskPressure',
          status: 'True',
          reason: 'KubeletHasDiskPressure',
          message: `kubelet has disk pressure: ${mebibytes(machine.diskFreeBytes)} of its disk are free, fewer than ${mebibytes(DISK_PRESSURE_BYTES)}`,
        }
      : {
          type: 'DiskPressure',
          status: 'False',
          reason: 'KubeletHasNoDiskPressure',
          message: 'kubelet has no disk pressure',
        },
    {
      type: 'PIDPressure',
      status: 'False',
      reason: 'KubeletHasSufficientPID',
      message: 'kubelet has sufficient PID available',
    },
    unready === undefined
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: unready },
  ];
}

function stamped(
  condition: Condition,
  before: readonly NodeCondition[] | undefined,
  now: string,
): NodeCondition {
  const old = before?.find(({ type }) => type === condition.type);
  const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : now;
  return { ...condition, lastHeartbeatTime: now, lastTransitionTime };
}

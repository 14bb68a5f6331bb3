import type { Node, NodeCondition, Taint } from '../../api/generated/core-v1.js';
import { canonicalQuantity } from '../../api/quantity.js';
import { simulatedMessage } from './status.js';

/** What distinguishes a simulated node from others. */
export interface NodeShape {
  /** Its own address; its Pods show it as hostIP. */
  readonly address: string;
  /** Pods that it takes. */
  readonly pods: number;
  /** What it has besides, and instead of, the plenty that it has otherwise: `cpu`, `memory`, `example.com/gpu`. */
  readonly capacity?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** Its zone: label `topology.kubernetes.io/zone`. */
  readonly zone?: string;
}

/**
 * The address of a node by its number, from 0: out of the range for benchmarks (RFC 2544), which belongs to nobody and in
 * which no Pod or Service of a cluster lives.
 */
export function nodeAddress(number: number): string {
  const host = number + 1;
  return `198.18.${host >> 8}.${host & 255}`;
}

/** The conditions of a node that is well. */
export function nodeConditions(now: Date): readonly NodeCondition[] {
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const common = { message: simulatedMessage, lastHeartbeatTime: time, lastTransitionTime: time };
  return [
    ...['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
      type,
      status: 'False',
      reason: 'Simulated',
      ...common,
    })),
    { type: 'Ready', status: 'True', reason: 'SimulatedNodeReady', ...common },
  ];
}

/** The Node as it registers itself. */
export function nodeObject(name: string, shape: NodeShape, now: Date): Node {
  const { address, pods, capacity = {}, labels = {}, taints, zone } = shape;
  const plenty = { cpu: '1k', memory: '4Ti', 'ephemeral-storage': '64Ti' };
  // As the API server will write them, lest the node think that its status is not what it said.
  const room = Object.fromEntries(
    Object.entries({ ...plenty, ...capacity, pods }).map(([name, amount]) => [
      name,
      canonicalQuantity(amount),
    ]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'holdfast.dev/simulated': 'true',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
        ...labels,
      },
      annotations: { 'holdfast.dev/simulated': simulatedMessage },
    },
    spec: {
      podCIDR: '10.244.0.0/16',
      podCIDRs: ['10.244.0.0/16'],
      ...(taints === undefined ? {} : { taints }),
    },
    status: {
      capacity: room,
      allocatable: room,
      conditions: nodeConditions(now),
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        architecture: 'amd64',
        bootID: 'simulated',
        containerRuntimeVersion: 'simulated://0',
        kernelVersion: 'simulated',
        kubeProxyVersion: '',
        kubeletVersion: 'simulated',
        machineID: 'simulated',
        operatingSystem: 'linux',
        osImage: 'simulated',
        systemUUID: 'simulated',
      },
    },
  };
}

import type { Node } from '../../api/generated/core-v1.js';
import { simulatedMessage } from './status.js';

/** The Node as it registers itself. `pods` is how many it takes. */
export function nodeObject(name: string, { pods, now }: { readonly pods: number; readonly now: Date }): Node {
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const room = { cpu: '1k', memory: '4Ti', 'ephemeral-storage': '64Ti', pods: String(pods) };
  const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
    type,
    status: 'False',
    reason: 'Simulated',
    message: simulatedMessage,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  }));
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'SimulatedNodeReady',
    message: simulatedMessage,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  };
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
      },
      annotations: { 'holdfast.dev/simulated': simulatedMessage },
    },
    spec: { podCIDR: '10.244.0.0/16', podCIDRs: ['10.244.0.0/16'] },
    status: {
      capacity: room,
      allocatable: room,
      conditions: [...pressures, ready],
      addresses: [
        { type: 'InternalIP', address: '10.244.0.1' },
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

import type { Pod } from '../../api/generated/core-v1.js';

/** A port of the node that a Pod takes. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const everyAddress = '0.0.0.0';

/** The ports of its node that a Pod takes. */
export function hostPortsOf(pod: Pod): readonly HostPort[] {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...containers, ...sidecars].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP, protocol }) =>
      hostPort === undefined || hostPort <= 0
        ? []
        : [{ ip: hostIP || everyAddress, protocol: protocol ?? 'TCP', port: hostPort }],
    ),
  );
}

/** Whether two ports cannot be taken on one node. */
export function portsClash(a: HostPort, b: HostPort): boolean {
  const sameAddress = a.ip === b.ip || a.ip === everyAddress || b.ip === everyAddress;
  return sameAddress && a.port === b.port && a.protocol === b.protocol;
}

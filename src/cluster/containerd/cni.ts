/** What the Pod network depends on. */
export interface PodNetwork {
  readonly name: string;
  readonly range: string;
  readonly gateway: string;
  /** Where given addresses are remembered. */
  readonly dataDirectory: string;
}

/**
 * The CNI configuration: every Pod on a routed veth pair of its own (`ptp`), so that replies of translated connections take the way back
 * through the node; with a bridge they would not.
 */
export function cniConfig(network: PodNetwork): string {
  const plugin = {
    type: 'ptp',
    ipMasq: false,
    ipam: {
      type: 'host-local',
      ranges: [[{ subnet: network.range, gateway: network.gateway }]],
      routes: [{ dst: '0.0.0.0/0' }],
      dataDir: network.dataDirectory,
    },
  };
  return `${JSON.stringify({ cniVersion: '0.4.0', name: network.name, plugins: [plugin] }, undefined, 2)}\n`;
}

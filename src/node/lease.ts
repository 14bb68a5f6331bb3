import { kinds } from '../api/kinds.js';
import { isNotFound } from '../api/status-error.js';
import type { Client } from '../client/client.js';

/** Kubelet defaults: nodeLeaseDurationSeconds 40, renewed at a quarter of it. */
const LEASE_SECONDS = 40;
const LEASE_NAMESPACE = 'kube-node-lease';

/** How often a node says that it is there. */
export const RENEW_MS = 10_000;

/** Says that a node is there, by its Lease. */
export async function renewLease(client: Client, nodeName: string, nowMs: number): Promise<void> {
  const renewTime = new Date(nowMs).toISOString().replace('Z', '000Z');
  const spec = { holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime };
  try {
    await client.modify(kinds.Lease, { namespace: LEASE_NAMESPACE, name: nodeName }, (lease) => ({
      ...lease,
      spec: { ...lease.spec, ...spec },
    }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await client.create(kinds.Lease, { metadata: { namespace: LEASE_NAMESPACE, name: nodeName }, spec });
  }
}

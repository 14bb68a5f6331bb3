import type { Lease } from '../../api/generated/coordination-v1.js';
import type { Node, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isPodFinished } from '../../api/pods.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { fromCache } from '../../reconcile/sources.js';
import type { NodeLifecycleFacts } from './facts.js';
import type { SignsOfLife } from './signs-of-life.js';
import { readiness } from './taints.js';

/** The caches that the controller reads. */
export interface NodeLifecycleCaches {
  readonly nodes: Cache<Node>;
  readonly pods: Cache<Pod>;
  readonly leases: Cache<Lease>;
}

const leaseNamespace = 'kube-node-lease';

/** Opens the controller's caches. */
export function openCaches(client: Client): NodeLifecycleCaches {
  return {
    nodes: client.cache(kinds.Node),
    pods: client.cache(kinds.Pod),
    leases: client.cache(kinds.Lease, { namespace: leaseNamespace }),
  };
}

/** What an observer works with. */
export interface Observer {
  readonly caches: NodeLifecycleCaches;
  readonly signs: SignsOfLife;
  readonly nowMs: () => number;
}

/** Reads everything about a Node; undefined when it is gone. */
export function observe({ caches, signs, nowMs }: Observer, name: string): NodeLifecycleFacts | undefined {
  const node = caches.nodes.get({ name });
  if (node === undefined) {
    signs.forget(name);
    return undefined;
  }
  const lease = caches.leases.get({ namespace: leaseNamespace, name });
  const heartbeat = node.status?.conditions?.find(({ type }) => type === 'Ready')?.lastHeartbeatTime;
  const sign = `${lease?.spec?.renewTime ?? ''} ${heartbeat ?? ''}`;
  const heardMs = signs.heard(name, sign, nowMs());
  // Pods matter only once their node is silent: no need to look for them before.
  const pods =
    readiness(node) === 'True'
      ? []
      : caches.pods.list().filter((pod) => pod.spec?.nodeName === name && !isPodFinished(pod));
  return { node, nodes: caches.nodes.list(), pods, heardMs };
}

/** A node is looked at when it changes or says that it is there, and all are when one becomes ready or ceases to be. */
export function sources({ nodes, pods, leases }: NodeLifecycleCaches): readonly KeySource<string>[] {
  const isIll = (name: string): boolean => {
    const node = nodes.get({ name });
    return node !== undefined && readiness(node) !== 'True';
  };
  return [
    fromCache(nodes, ({ before, after }) => {
      const name = (after ?? before)?.metadata?.name ?? '';
      const turned = (before && readiness(before)) !== (after && readiness(after));
      return turned ? [name, ...nodes.list().map(({ metadata }) => metadata?.name ?? '')] : [name];
    }),
    fromCache(leases, ({ after }) => (after === undefined ? [] : [after.metadata?.name ?? ''])),
    fromCache(pods, ({ before, after }) => {
      const name = (after ?? before)?.spec?.nodeName;
      return name && isIll(name) ? [name] : [];
    }),
  ];
}

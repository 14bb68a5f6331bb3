import { pathToFileURL } from 'node:url';
import { gatesWith } from '../../api/feature-gates.js';
import { kinds } from '../../api/kinds.js';
import type { UserInfo } from '../../api/resource-api.js';
import { ensureAccountKey } from '../../apiserver/index.js';
import { hostInWorker, startDns } from '../../dns/index.js';
import { DisposeStack } from '../../lib/async-dispose.js';
import type { Clock } from '../../lib/clock.js';
import type { Logger } from '../../lib/log.js';
import type { Random } from '../../lib/random.js';
import { VERSION } from '../../lib/version.js';
import { podSupportHook } from '../../node/support/index.js';
import {
  MEMBERS_PATH,
  type MysqlOperator,
  mysqlPort,
  readinessGateHook,
  type SetLookup,
  startMysqlOperator,
} from '../../operator/index.js';
import { nftApplier, startServiceProxy } from '../../proxy/index.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { API_PORT, CLUSTER_DOMAIN, DNS_ADDRESS, NODE_ADDRESS, NODE_NAME } from '../addresses.js';
import { startControlPlane } from '../control-plane.js';
import { directoryVolumes } from '../directory-volumes.js';
import type { DaemonSettings } from '../keeper/messages.js';
import { findCommand } from '../packages/index.js';
import type { ClusterPaths } from '../paths.js';
import { type Publisher, startPublisher } from '../publish/index.js';
import { ensureCertificates, startApiListeners } from './api-listeners.js';
import { openClusterStore } from './cluster-store.js';
import { startEgressListener } from './egress-listener.js';
import { type NodePart, nodePart } from './node-part.js';

/** What a daemon is made of. */
export interface DaemonOptions {
  readonly settings: DaemonSettings;
  readonly paths: ClusterPaths;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Told what is being started. */
  readonly onProgress: (message: string) => void;
}

/** A daemon at work. */
export interface Daemon extends AsyncDisposable {
  /** Undefined in a simulated cluster: nothing answers there. */
  readonly publisher?: Publisher;
  /** Ends every Pod, each within its own grace; the daemon goes on until it is disposed of. */
  shutdownNode(onProgress: (message: string) => void): Promise<void>;
}

const SERVICE_ACCOUNTS = ['system:serviceaccounts', 'system:authenticated'];
const DNS_USER = systemAccount('coredns');
const PROXY_USER: UserInfo = { name: 'system:kube-proxy', groups: ['system:authenticated'] };
const OPERATOR_USER: UserInfo = {
  name: 'system:serviceaccount:holdfast-system:mysql-operator',
  groups: [...SERVICE_ACCOUNTS, 'system:serviceaccounts:holdfast-system'],
};

function systemAccount(name: string): UserInfo {
  return {
    name: `system:serviceaccount:kube-system:${name}`,
    groups: [...SERVICE_ACCOUNTS, 'system:serviceaccounts:kube-system'],
  };
}

/**
 * Starts everything a node needs, in this order:
 * the way out, so that containerd can pull; the store and the control plane over it, with the node agent; what serves names and
 * addresses to Pods; the operator; the host's published ports; and, last, the API's sockets: who gets an answer finds everything there.
 * Stopping goes the other way round.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const stack = new DisposeStack();
  try {
    return await start(options, stack);
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

async function start(options: DaemonOptions, stack: DisposeStack): Promise<Daemon> {
  const { settings, paths, clock, random, log, onProgress } = options;
  stack.use(await startEgressListener(paths.runFiles.egress));
  const dnsHost = hostInWorker(dnsScript(settings), dnsWorkerData());
  const pki = ensureCertificates(options);
  onProgress('opening the store');
  const store = openClusterStore(options, stack);

  onProgress('starting the control plane');
  const node = nodePart(options);
  const sets: { find: SetLookup } = { find: () => undefined };
  const database: { members: MysqlOperator['members'] } = { members: async () => [] };
  const controlPlane = stack.use(
    await startControlPlane({
      store,
      clock,
      random,
      log,
      version: VERSION,
      featureGates: gatesWith(settings.keeper.featureGates),
      node: node.start,
      nodes: node.apiOf,
      nodeName: NODE_NAME,
      volumes: directoryVolumes(paths.stateFiles.volumes),
      apiAddress: { ip: NODE_ADDRESS, port: API_PORT },
      accountKey: await ensureAccountKey(paths.stateFiles.pki),
      rootCertificate: pki.then(({ authority }) => authority.certificate),
      documents: new Map([[MEMBERS_PATH, () => database.members()]]),
      admission: [podSupportHook(), readinessGateHook((...set) => sets.find(...set))],
    }),
  );
  const as = (user: UserInfo): ControllerDeps => ({ client: controlPlane.client(user), clock, random, log });
  sets.find = setLookup(as(OPERATOR_USER));

  onProgress('starting DNS, the Service proxy and the operator');
  const host = stack.use(await dnsHost);
  stack.use(await startDns(as(DNS_USER), { host, zone: CLUSTER_DOMAIN }));
  const applier = nftApplier(findCommand('nft', settings.keeper.path) ?? 'nft');
  const proxyDeps = as(PROXY_USER);
  stack.use(startServiceProxy(proxyDeps, { applier }));
  const operator = stack.use(
    startMysqlOperator(as(OPERATOR_USER), { sql: mysqlPort(), imageVolumesSurvive: true }),
  );
  database.members = operator.members;

  const publisher = stack.use(startPublisher(proxyDeps));
  for (const { published, fd } of settings.fds.published) publisher.publish(published, { fd });
  stack.use(await startApiListeners(options, controlPlane.apiServer, await pki));
  return daemonOf(stack, publisher, {
    shutdown: async (tell) => {
      // A session of the operator's would hold each server's shutdown up for two seconds.
      await operator.stop();
      await node.shutdown(tell);
    },
  });
}

function daemonOf(stack: DisposeStack, publisher: Publisher, node: Pick<NodePart, 'shutdown'>): Daemon {
  return {
    publisher,
    shutdownNode: node.shutdown,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

function dnsScript({ keeper }: DaemonSettings): URL {
  return new URL('dns-worker.mjs', pathToFileURL(`${keeper.dist}/`));
}

function dnsWorkerData(): Parameters<typeof hostInWorker>[1] {
  return { origin: CLUSTER_DOMAIN, listen: { host: DNS_ADDRESS, port: 53 } };
}

/** Admission asks for a Pod's set in the middle of a write: the cache is in step with the store, so it never waits. */
function setLookup({ client }: ControllerDeps): SetLookup {
  const sets = client.cache(kinds.StatefulSet);
  return (namespace, name, uid) => {
    const set = sets.get({ namespace, name });
    return set?.metadata?.uid === uid ? set : undefined;
  };
}

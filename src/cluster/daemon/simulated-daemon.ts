import { gatesWith } from '../../api/feature-gates.js';
import { kinds } from '../../api/kinds.js';
import { isNotFound } from '../../api/status-error.js';
import { ensureAccountKey } from '../../apiserver/index.js';
import type { Client } from '../../client/client.js';
import { DisposeStack } from '../../lib/async-dispose.js';
import { VERSION } from '../../lib/version.js';
import { noDebuggingHook, paperSupportHook, simulatedNodeApi } from '../../node/simulated/index.js';
import { administrator, type ControlPlaneOptions, startControlPlane } from '../control-plane.js';
import { plainSimulation, type Simulation } from '../simulation-settings.js';
import { ensureCertificates, startApiListeners } from './api-listeners.js';
import { openClusterStore } from './cluster-store.js';
import type { Daemon, DaemonOptions } from './daemon.js';

/**
 * How long a Pod stops that is not told how, whatever the speed, milliseconds. No container stops in no time, and `kubectl delete`
 * counts on it: it looks at the Pod and then watches its name, and would wait for ever for a Pod that was replaced in between.
 */
const stopMs = 100;

/** What a control plane with simulated nodes is made of, beside what every one is. */
export function simulatedParts({
  nodes,
  speed,
}: Simulation): Pick<ControlPlaneOptions, 'node' | 'simulated' | 'nodes' | 'admission'> {
  const names = simulatedNodeNames(nodes);
  return {
    node: 'simulated',
    simulated: names.map((nodeName) => ({ nodeName, delays: { speed, stopMs: stopMs * speed } })),
    nodes: () => simulatedNodeApi,
    admission: [paperSupportHook(), noDebuggingHook()],
  };
}

function simulatedNodeNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `simulated-${index}`);
}

/**
 * Starts the control plane with nodes on paper, and the API's socket: no DNS, no Service proxy and no operator, since there is nothing
 * that they could reach.
 */
export async function startSimulatedDaemon(options: DaemonOptions): Promise<Daemon> {
  const stack = new DisposeStack();
  try {
    await start(options, stack);
    return {
      // What runs on paper needs no end: it goes on, by the clock, as soon as the cluster is up again.
      shutdownNode: async () => undefined,
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

async function start(options: DaemonOptions, stack: DisposeStack): Promise<void> {
  const { settings, paths, clock, random, log, onProgress } = options;
  const simulation = settings.keeper.simulated ?? plainSimulation;
  const pki = ensureCertificates(options);
  onProgress('opening the store');
  const store = openClusterStore(options, stack);

  onProgress('starting the control plane');
  const controlPlane = stack.use(
    await startControlPlane({
      store,
      clock,
      random,
      log,
      version: VERSION,
      featureGates: gatesWith(settings.keeper.featureGates),
      accountKey: await ensureAccountKey(paths.stateFiles.pki),
      rootCertificate: pki.then(({ authority }) => authority.certificate),
      ...simulatedParts(simulation),
    }),
  );
  await removeOtherNodes(controlPlane.client(administrator), simulation);
  stack.use(await startApiListeners(options, controlPlane.apiServer, await pki));
}

/** A cluster that has fewer nodes than before has lost the others for good, with their Pods. */
async function removeOtherNodes(client: Client, { nodes }: Simulation): Promise<void> {
  const names = new Set(simulatedNodeNames(nodes));
  const labelSelector = 'holdfast.dev/simulated=true';
  const { items } = await client.list(kinds.Node, undefined, { labelSelector });
  for (const { metadata } of items) {
    const { name = '' } = metadata ?? {};
    if (names.has(name)) continue;
    await client.delete(kinds.Node, { name }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

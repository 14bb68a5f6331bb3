import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder } from '../../reconcile/events.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import type { PodDelays } from './facts.js';
import { type NodeShape, nodeAddress, nodeObject } from './node-object.js';
import { observe, openCaches, type SimulatedView, sources } from './observe.js';
import { PaperAddresses, PaperRuntime } from './paper-runtime.js';
import { perform } from './perform.js';
import { planSimulated } from './plan.js';

export { fateHook, noDebuggingHook, paperSupportHook } from './admission.js';
export { simulatedNodeApi } from './node-api.js';

/** How a simulated node is; delays are for Pods without annotations, all 0 unless given. */
export interface SimulatedNodeOptions extends Partial<Omit<NodeShape, 'address'>> {
  readonly nodeName?: string;
  readonly delays?: Partial<PodDelays>;
  /** Pods that it takes; 5,000 unless given. */
  readonly pods?: number;
}

/** Starts nodes whose Pods exist only on paper; `depsOf` gives each its own identity. */
export function startSimulatedNodes(
  depsOf: (nodeName: string) => ControllerDeps,
  nodes: readonly SimulatedNodeOptions[],
): readonly Running[] {
  const addresses = new PaperAddresses('10.244');
  return nodes.map((one, index) => {
    const nodeName = one.nodeName ?? `node-${index}`;
    return startSimulatedNode(depsOf(nodeName), { ...one, nodeName, address: nodeAddress(index), addresses });
  });
}

interface OneNode extends SimulatedNodeOptions {
  readonly nodeName: string;
  /** The node's own. */
  readonly address: string;
  /** Those of Pods. */
  readonly addresses: PaperAddresses;
}

/** Starts a node whose Pods exist only on paper. */
function startSimulatedNode(deps: ControllerDeps, options: OneNode): Running {
  const { client, clock, log } = deps;
  const { nodeName, address, delays = {}, pods = 5000 } = options;
  const runtime = new PaperRuntime(options.addresses);
  const view: SimulatedView = {
    ...openCaches(client, nodeName),
    runtime,
    address,
    wanted: nodeObject(nodeName, { ...options, pods }, new Date(clock.now())),
    defaults: { startMs: 0, readyMs: 0, stopMs: 0, ...delays },
  };
  const events = createEventRecorder({ client, clock, component: 'simulated-node', host: nodeName });
  const reconciler = {
    name: 'simulated-node',
    observe: (key: string) => observe(view, key),
    plan: planSimulated,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, clock, events, runtime }, action),
  };
  return startReconciler({ reconciler, sources: sources(view), clock, log, workers: 16, describeAction });
}

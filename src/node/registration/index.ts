import type { Node } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isAlreadyExists, isNotFound } from '../../api/status-error.js';
import { messageOf } from '../../lib/errors.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { RENEW_MS, renewLease } from '../lease.js';
import { readMachine } from './machine.js';
import { type NodeFacts, nodeObject, nodeStatus } from './node-object.js';

/** What a node says of itself. */
export interface RegistrationOptions {
  readonly nodeName: string;
  /** The node's own address. */
  readonly address: string;
  /** Addresses of its Pods, `10.244.0.0/16`. */
  readonly podRange: string;
  readonly maxPods: number;
  /** A directory on the disk of volumes and images. */
  readonly stateDirectory: string;
  readonly version: string;
  /** The runtime's version (`containerd://1.6.20`) and why it is not ready, if it is not. */
  readonly runtime: () => Promise<{ readonly version: string; readonly unready: string | undefined }>;
}

/** The registration at work. */
export interface Registration extends AsyncDisposable {
  /** Resolves when the node was written for the first time. */
  readonly registered: Promise<void>;
}

/** Kubelet default: nodeStatusReportFrequency 5 minutes. */
const REPORT_MS = 300_000;

/** Writes the Node object and keeps its status and its Lease fresh until it is disposed. */
export function startRegistration(deps: ControllerDeps, options: RegistrationOptions): Registration {
  const stopping = new AbortController();
  let markRegistered: () => void = () => undefined;
  const registered = new Promise<void>((resolve) => {
    markRegistered = resolve;
  });
  const work = keepFresh(deps, options, { signal: stopping.signal, onFirst: markRegistered });
  return {
    registered,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await work;
    },
  };
}

interface Loop {
  readonly signal: AbortSignal;
  readonly onFirst: () => void;
}

async function keepFresh(
  deps: ControllerDeps,
  options: RegistrationOptions,
  { signal, onFirst }: Loop,
): Promise<void> {
  const { clock, log } = deps;
  let reported: { readonly text: string; readonly atMs: number } | undefined;
  while (!signal.aborted) {
    try {
      const facts = await lookAround(options);
      const text = essence(facts);
      const isDue = reported?.text !== text || clock.now() - reported.atMs >= REPORT_MS;
      if (isDue || (await isGivenUp(deps, options.nodeName))) {
        await report(deps, facts);
        reported = { text, atMs: clock.now() };
      }
      await renewLease(deps.client, options.nodeName, clock.now());
      onFirst();
    } catch (error) {
      log.warn('the node could not be reported', { why: messageOf(error) });
    }
    const pauseMs = reported === undefined ? 500 : RENEW_MS;
    await clock.sleep(pauseMs, signal).catch(() => undefined);
  }
}

async function lookAround(options: RegistrationOptions): Promise<NodeFacts> {
  const [machine, runtime] = await Promise.all([readMachine(options.stateDirectory), options.runtime()]);
  const { nodeName, address, podRange, maxPods, version } = options;
  return {
    name: nodeName,
    address,
    podRange,
    maxPods,
    version,
    machine,
    runtimeVersion: runtime.version,
    unready: runtime.unready,
  };
}

// What is worth a write before its time: not the free space, which changes at every look.
function essence(facts: NodeFacts): string {
  const { conditions, capacity } = nodeStatus(facts, undefined, '');
  return JSON.stringify({ conditions, capacity, runtime: facts.runtimeVersion, unready: facts.unready });
}

async function report({ client, clock }: ControllerDeps, facts: NodeFacts): Promise<void> {
  const now = rfc3339(clock.now());
  const wanted = nodeObject(facts);
  const node = await ensureNode(wanted, client);
  await client.modify(kinds.Node, { name: facts.name, uid: node.metadata?.uid }, (current) => {
    const labels = { ...current.metadata?.labels, ...wanted.metadata?.labels };
    return JSON.stringify(labels) === JSON.stringify(current.metadata?.labels)
      ? undefined
      : { ...current, metadata: { ...current.metadata, labels } };
  });
  await client.modify(
    kinds.Node,
    { name: facts.name },
    (current) => ({ ...current, status: nodeStatus(facts, current.status, now) }),
    { subresource: 'status' },
  );
}

/** Whether the control plane has written that nothing is heard of this node: it must be told otherwise at once. */
async function isGivenUp({ client }: ControllerDeps, name: string): Promise<boolean> {
  try {
    const { status } = await client.get(kinds.Node, { name });
    return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'Unknown') === true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function ensureNode(wanted: Node, client: ControllerDeps['client']): Promise<Node> {
  try {
    return await client.create(kinds.Node, wanted);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return client.get(kinds.Node, { name: wanted.metadata?.name ?? '' });
  }
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

import { ageOf } from '../duration.js';
import type { Container, ContainerStatus, Pod } from '../generated/core-v1.js';
import { isPodFinished, isTerminating, podCondition } from '../pods.js';
import {
  age,
  ageColumn,
  type Cell,
  type KindPrinter,
  nameColumn,
  nameOf,
  none,
  text,
  wide,
} from './table.js';

interface Restarts {
  readonly count: number;
  /** When a container ended last, RFC 3339; empty when none did. */
  readonly last: string;
}

const noRestarts: Restarts = { count: 0, last: '' };

function addRestarts(sum: Restarts, status: ContainerStatus): Restarts {
  const ended = status.lastState?.terminated?.finishedAt ?? '';
  const later = ended !== '' && (sum.last === '' || Date.parse(ended) > Date.parse(sum.last));
  return { count: sum.count + (status.restartCount ?? 0), last: later ? ended : sum.last };
}

function isSidecar(container: Container | undefined): boolean {
  return container?.restartPolicy === 'Always';
}

function endedReason(terminated: {
  readonly reason?: string;
  readonly signal?: number;
  readonly exitCode: number;
}): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

interface Summary {
  readonly reason: string;
  readonly ready: number;
  readonly restarts: Restarts;
}

interface InitSummary extends Summary {
  readonly initializing: boolean;
  readonly sidecarRestarts: Restarts;
}

/** Why an init container holds the Pod back; undefined when it does not. */
function initReason(status: ContainerStatus, index: number, total: number): string | undefined {
  const { terminated, waiting } = status.state ?? {};
  if (terminated) return terminated.exitCode === 0 ? undefined : `Init:${endedReason(terminated)}`;
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return `Init:${index}/${total}`;
}

function summarizeInit(pod: Pod, reason: string): InitSummary {
  const specs = pod.spec?.initContainers ?? [];
  let restarts = noRestarts;
  let sidecarRestarts = noRestarts;
  let ready = 0;
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(specs.find(({ name }) => name === status.name));
    restarts = addRestarts(restarts, status);
    if (sidecar) sidecarRestarts = addRestarts(sidecarRestarts, status);
    if (sidecar && status.started === true && status.state?.terminated?.exitCode !== 0) {
      if (status.ready) ready += 1;
      continue;
    }
    const held = initReason(status, index, specs.length);
    if (held !== undefined) return { reason: held, ready, restarts, sidecarRestarts, initializing: true };
  }
  return { reason, ready, restarts, sidecarRestarts, initializing: false };
}

function containerReason(status: ContainerStatus): string | undefined {
  const { waiting, terminated } = status.state ?? {};
  if (waiting?.reason) return waiting.reason;
  return terminated ? endedReason(terminated) : undefined;
}

function summarizeMain(pod: Pod, init: InitSummary): Summary {
  let { reason, ready } = init;
  let restarts = init.sidecarRestarts;
  let running = false;
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    restarts = addRestarts(restarts, status);
    const why = containerReason(status);
    if (why !== undefined) reason = why;
    else if (status.ready && status.state?.running) {
      running = true;
      ready += 1;
    }
  }
  if (reason === 'Completed' && running) {
    reason = podCondition(pod, 'Ready')?.status === 'True' ? 'Running' : 'NotReady';
  }
  return { reason, ready, restarts };
}

function summarize(pod: Pod): Summary {
  const gated = podCondition(pod, 'PodScheduled')?.reason === 'SchedulingGated';
  const begin = pod.status?.reason || pod.status?.phase || '';
  const init = summarizeInit(pod, gated ? 'SchedulingGated' : begin);
  const initialized = !init.initializing || podCondition(pod, 'Initialized')?.status === 'True';
  const summary = initialized ? summarizeMain(pod, init) : init;
  if (!isTerminating(pod)) return summary;
  if (pod.status?.reason === 'NodeLost') return { ...summary, reason: 'Unknown' };
  return isPodFinished(pod) ? summary : { ...summary, reason: 'Terminating' };
}

function gatesText(pod: Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return none;
  const met = gates.filter(({ conditionType }) => podCondition(pod, conditionType)?.status === 'True');
  return `${met.length}/${gates.length}`;
}

function podCells(pod: Pod, now: number): Cell[] {
  const { reason, ready, restarts } = summarize(pod);
  const sidecars = (pod.spec?.initContainers ?? []).filter(isSidecar).length;
  const total = (pod.spec?.containers ?? []).length + sidecars;
  const since = restarts.count > 0 && restarts.last !== '' ? ` (${ageOf(restarts.last, now)} ago)` : '';
  return [
    nameOf(pod),
    `${ready}/${total}`,
    reason,
    `${restarts.count}${since}`,
    age(pod, now),
    pod.status?.podIPs?.[0]?.ip || pod.status?.podIP || none,
    pod.spec?.nodeName || none,
    pod.status?.nominatedNodeName || none,
    gatesText(pod),
  ];
}

/** How Pods are printed. */
export const podPrinter: KindPrinter<Pod> = {
  columns: [
    nameColumn,
    text('Ready', 'The aggregate readiness state of this pod for accepting traffic.'),
    text('Status', 'The aggregate status of the containers in this pod.'),
    text(
      'Restarts',
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    ),
    ageColumn,
    wide(text('IP', 'The address of the Pod, reachable at least within the cluster.')),
    wide(text('Node', 'The node that the Pod is bound to.')),
    wide(text('Nominated Node', 'The node that the Pod is to run on once others have made room.')),
    wide(text('Readiness Gates', 'How many of the conditions that readiness also waits for are met.')),
  ],
  cells: podCells,
};

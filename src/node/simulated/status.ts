import type { Pod, PodCondition, PodStatus } from '../../api/generated/core-v1.js';
import { podCondition } from '../../api/pods.js';
import { fateAnnotations } from './annotations.js';
import { ephemeralStatus, initStatus, mainStatus, timeOf } from './container-status.js';
import { isRestarted, type Progress } from './life.js';
import type { Sandbox } from './paper-runtime.js';

/** What a Pod's status is made from. */
export interface StatusInput extends Pick<Progress, 'stage' | 'life' | 'successor'> {
  readonly pod: Pod;
  readonly sandbox: Sandbox | undefined;
  /** The address of its node. */
  readonly hostIP: string;
  readonly end: Progress['end'] | { readonly killed: true };
  /** Why its containers are never started. */
  readonly neverStarts?: string | undefined;
  readonly now: Date;
}

/** Text in statuses and in the Node that says that nothing here is real. */
export const simulatedMessage = 'simulated: no containers run on this node';

/** The status of a Pod at a stage, as a kubelet would write it. */
export function statusAt(input: StatusInput): PodStatus {
  const { pod, sandbox, hostIP, stage, end, now } = input;
  const before = pod.status ?? {};
  const phase = phaseAt(input);
  const finished = phase === 'Failed' || phase === 'Succeeded';
  const containers = (pod.spec?.containers ?? []).map((container) => mainStatus(input, container));
  const inits = (pod.spec?.initContainers ?? []).map((container) => initStatus(input, container, finished));
  const ephemerals = (pod.spec?.ephemeralContainers ?? []).map((container) =>
    ephemeralStatus(input, container, finished),
  );
  return {
    ...before,
    phase,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    startTime: before.startTime ?? timeOf(now),
    ...(sandbox === undefined || stage === 'creating'
      ? {}
      : { podIP: sandbox.ip, podIPs: [{ ip: sandbox.ip }] }),
    ...(finished ? reasonOf(end) : {}),
    conditions: conditionsAt(input, finished),
    containerStatuses: containers,
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits }),
    ...(ephemerals.length === 0 ? {} : { ephemeralContainerStatuses: ephemerals }),
  };
}

/** Why it failed, where the node itself ended it. */
function reasonOf(end: StatusInput['end']): Pick<PodStatus, 'reason' | 'message'> {
  if (typeof end === 'string') return {};
  if ('evicted' in end) return { reason: 'Evicted', message: end.evicted };
  const message = 'Pod was active on the node longer than the specified deadline';
  return 'expired' in end ? { reason: 'DeadlineExceeded', message } : {};
}

/** The status of a Pod that was told to stop before it had ended by itself. */
export function statusStopped({ pod, hostIP }: Pick<StatusInput, 'pod' | 'hostIP'>, now: Date): PodStatus {
  const [first] = pod.status?.containerStatuses ?? [];
  const startedAt = first?.state?.running?.startedAt;
  const startedAtMs = startedAt === undefined ? now.getTime() : Date.parse(startedAt);
  const life = { restarts: first?.restartCount ?? 0, startedAtMs, backoffMs: 0 };
  return statusAt({ pod, sandbox: undefined, hostIP, stage: 'ended', life, end: { killed: true }, now });
}

function phaseAt({ pod, stage, end }: StatusInput): string {
  if (stage === 'creating') return 'Pending';
  if (stage !== 'ended' || typeof end === 'string') return 'Running';
  if (!('exitCode' in end)) return 'Failed';
  if (isRestarted(pod, end.exitCode)) return 'Running';
  return end.exitCode === 0 ? 'Succeeded' : 'Failed';
}

function conditionsAt(input: StatusInput, finished: boolean): readonly PodCondition[] {
  const { pod, stage } = input;
  const gates = (pod.spec?.readinessGates ?? []).filter(
    ({ conditionType }) => podCondition(pod, conditionType)?.status !== 'True',
  );
  const containersReady = stage === 'ready';
  const findings: readonly [type: string, holds: boolean][] = [
    ['PodReadyToStartContainers', stage !== 'creating' && !finished],
    ['Initialized', stage !== 'creating'],
    ['Ready', containersReady && gates.length === 0],
    ['ContainersReady', containersReady],
    ['PodScheduled', true],
  ];
  const own = new Set(findings.map(([type]) => type));
  const foreign = (pod.status?.conditions ?? []).filter(({ type }) => !own.has(type));
  return [...findings.map(([type, holds]) => condition(input, type, holds)), ...foreign];
}

function condition({ pod, now, stage }: StatusInput, type: string, holds: boolean): PodCondition {
  const status = holds ? 'True' : 'False';
  const before = podCondition(pod, type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timeOf(now);
  const reason = type === 'ContainersReady' || type === 'Ready' ? 'ContainersNotReady' : undefined;
  const isUnready = !holds && stage === 'running' && reason !== undefined;
  const why = isUnready ? unreadyMessage(pod) : undefined;
  return {
    type,
    status,
    lastTransitionTime,
    ...(holds || reason === undefined ? {} : { reason }),
    ...(why === undefined ? {} : { message: why }),
  };
}

function unreadyMessage({ metadata }: Pod): string | undefined {
  return metadata?.annotations?.[fateAnnotations.neverReady] === 'true'
    ? 'this Pod is told never to become ready'
    : undefined;
}

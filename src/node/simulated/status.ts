import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodCondition,
  PodStatus,
} from '../../api/generated/core-v1.js';
import { podCondition } from '../../api/pods.js';
import type { Fate } from './fate.js';
import type { Sandbox } from './paper-runtime.js';

/** How far a Pod has come. */
export type Stage = 'creating' | 'running' | 'ready' | 'ended';

/** What a Pod's status is made from. */
export interface StatusInput {
  readonly pod: Pod;
  readonly sandbox: Sandbox | undefined;
  readonly stage: Stage;
  readonly end: Fate['end'] | { readonly killed: true };
  readonly now: Date;
}

/** Text in statuses and in the Node that says that nothing here is real. */
export const simulatedMessage = 'simulated: no containers run on this node';

function timeOf(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/** The status of a Pod at a stage, as a kubelet would write it. */
export function statusAt(input: StatusInput): PodStatus {
  const { pod, sandbox, stage, end, now } = input;
  const before = pod.status ?? {};
  const phase = phaseAt(input);
  const finished = phase === 'Failed' || phase === 'Succeeded';
  const containers = (pod.spec?.containers ?? []).map((container) =>
    containerStatus(container, {
      state: stateOf(input, container.name),
      input,
      ready: isContainerReady(input),
    }),
  );
  const inits = (pod.spec?.initContainers ?? []).map((container) =>
    containerStatus(container, { state: initState(input), input, ready: stage !== 'creating' }),
  );
  const ephemerals = (pod.spec?.ephemeralContainers ?? []).map((container) =>
    ephemeralStatus(input, container, finished),
  );
  return {
    ...before,
    phase,
    hostIP: '10.244.0.1',
    hostIPs: [{ ip: '10.244.0.1' }],
    startTime: before.startTime ?? timeOf(now),
    ...(sandbox === undefined || stage === 'creating'
      ? {}
      : { podIP: sandbox.ip, podIPs: [{ ip: sandbox.ip }] }),
    ...(typeof end === 'object' && 'evicted' in end && finished
      ? { reason: 'Evicted', message: end.evicted }
      : {}),
    conditions: conditionsAt(input, finished),
    containerStatuses: containers,
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits }),
    ...(ephemerals.length === 0 ? {} : { ephemeralContainerStatuses: ephemerals }),
  };
}

/** Added to look into the Pod: on paper it runs as long as the Pod does. */
function ephemeralStatus(
  input: StatusInput,
  { name, image = '' }: Container,
  finished: boolean,
): ContainerStatus {
  const { pod, stage, now } = input;
  const old = pod.status?.ephemeralContainerStatuses?.find((status) => status.name === name)?.state;
  const running = old?.running ?? { startedAt: timeOf(now) };
  const ended = { exitCode: 137, reason: 'Error', startedAt: running.startedAt, finishedAt: timeOf(now) };
  const live = stage === 'creating' ? { waiting: { reason: 'ContainerCreating' } } : { running };
  return {
    name,
    image,
    imageID: stage === 'creating' ? '' : `simulated://${image}`,
    ...(stage === 'creating' ? {} : { containerID: `simulated://${pod.metadata?.uid}/${name}` }),
    ready: false,
    restartCount: 0,
    state: finished ? { terminated: ended } : live,
    lastState: {},
  };
}

/** The status of a Pod that was told to stop before it had ended by itself. */
export function statusStopped(pod: Pod, now: Date): PodStatus {
  return statusAt({ pod, sandbox: undefined, stage: 'ended', end: { killed: true }, now });
}

function phaseAt({ pod, stage, end }: StatusInput): string {
  if (stage === 'creating') return 'Pending';
  if (stage !== 'ended' || typeof end === 'string') return 'Running';
  if (!('exitCode' in end)) return 'Failed';
  const policy = pod.spec?.restartPolicy ?? 'Always';
  if (policy === 'Always' || (policy === 'OnFailure' && end.exitCode !== 0)) return 'Running';
  return end.exitCode === 0 ? 'Succeeded' : 'Failed';
}

function isContainerReady({ stage, end }: StatusInput): boolean {
  return stage === 'ready' || (stage === 'ended' && end === 'ready');
}

function conditionsAt(input: StatusInput, finished: boolean): readonly PodCondition[] {
  const { pod, stage } = input;
  const gates = (pod.spec?.readinessGates ?? []).filter(
    ({ conditionType }) => podCondition(pod, conditionType)?.status !== 'True',
  );
  const containersReady = isContainerReady(input);
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

function condition({ pod, now, end }: StatusInput, type: string, holds: boolean): PodCondition {
  const status = holds ? 'True' : 'False';
  const before = podCondition(pod, type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timeOf(now);
  const reason = type === 'ContainersReady' || type === 'Ready' ? 'ContainersNotReady' : undefined;
  const why =
    !holds && end === 'never-ready' && reason !== undefined
      ? 'this Pod is told never to become ready'
      : undefined;
  return {
    type,
    status,
    lastTransitionTime,
    ...(holds || reason === undefined ? {} : { reason }),
    ...(why === undefined ? {} : { message: why }),
  };
}

function stateOf(input: StatusInput, name: string): ContainerState {
  const { stage, end, now, pod } = input;
  if (stage === 'creating') return { waiting: { reason: 'ContainerCreating' } };
  if (stage === 'ended' && typeof end === 'object') {
    const exitCode = 'exitCode' in end ? end.exitCode : 137;
    if (phaseAt(input) !== 'Running') {
      return {
        terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', finishedAt: timeOf(now) },
      };
    }
    const message = `back-off restarting failed container ${name}: exit code ${exitCode} (simulated)`;
    return { waiting: { reason: 'CrashLoopBackOff', message } };
  }
  const running = pod.status?.containerStatuses?.find((status) => status.name === name)?.state?.running;
  return { running: running ?? { startedAt: timeOf(now) } };
}

function initState({ stage, now }: StatusInput): ContainerState {
  if (stage === 'creating') return { waiting: { reason: 'PodInitializing' } };
  return { terminated: { exitCode: 0, reason: 'Completed', finishedAt: timeOf(now) } };
}

function containerStatus(
  container: { readonly name: string; readonly image?: string },
  {
    state,
    input,
    ready,
  }: { readonly state: ContainerState; readonly input: StatusInput; readonly ready: boolean },
): ContainerStatus {
  const { pod, stage, end } = input;
  const image = container.image ?? '';
  const crashing = stage === 'ended' && typeof end === 'object' && phaseAt(input) === 'Running';
  return {
    name: container.name,
    image,
    imageID: stage === 'creating' ? '' : `simulated://${image}`,
    ...(stage === 'creating' ? {} : { containerID: `simulated://${pod.metadata?.uid}/${container.name}` }),
    ready,
    started: stage !== 'creating' && state.running !== undefined,
    restartCount: crashing ? 1 : 0,
    state,
    lastState: {},
  };
}

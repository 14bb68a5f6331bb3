import type {
  Container,
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
  Pod,
  PodStatus,
} from '../../api/generated/core-v1.js';
import { goDuration } from '../planning/restart.js';
import type { EndedLife } from './life.js';
import type { StatusInput } from './status.js';

/** A time as the API writes it: whole seconds. */
export function timeOf(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Of one of the Pod's own containers; all of them share its fate. */
export function mainStatus(input: StatusInput, { name, image = '' }: Container): ContainerStatus {
  const { pod, stage, life } = input;
  const isMade = stage !== 'creating';
  const state = stateOf(input, name);
  return {
    name,
    image,
    imageID: isMade ? `simulated://${image}` : '',
    ...(isMade ? { containerID: containerId(pod, name, life.restarts) } : {}),
    ready: stage === 'ready',
    started: state.running !== undefined,
    restartCount: life.restarts,
    state,
    lastState: lastState(input, state),
  };
}

function containerId({ metadata }: Pod, name: string, restarts: number): string {
  return `simulated://${metadata?.uid}/${name}${restarts === 0 ? '' : `/${restarts}`}`;
}

function stateOf(input: StatusInput, name: string): ContainerState {
  const { stage, pod, life, successor, neverStarts } = input;
  if (stage === 'creating') {
    const reason = neverStarts ?? 'ContainerCreating';
    return { waiting: neverStarts === undefined ? { reason } : { reason, message: neverMessage } };
  }
  if (stage === 'ended')
    return successor === undefined
      ? { terminated: terminated(input, name) }
      : { waiting: { reason: backOff, message: backOffText(input, name) } };
  const before = statusOf(pod, name);
  // As it was told before, unless it is another life.
  const running = before?.restartCount === life.restarts ? before.state?.running : undefined;
  return { running: running ?? { startedAt: timeOf(new Date(life.startedAtMs)) } };
}

const neverMessage = 'simulated: this Pod is told never to start';
const backOff = 'CrashLoopBackOff';

function backOffText({ pod, life }: StatusInput, name: string): string {
  const { name: podName, namespace, uid } = pod.metadata ?? {};
  const wait = goDuration(life.backoffMs);
  return `back-off ${wait} restarting failed container=${name} pod=${podName}_${namespace}(${uid}) (simulated)`;
}

/** The status of a container that waits to be started again; undefined when none does. */
export function backingOff(status: PodStatus | undefined): ContainerStatus | undefined {
  return status?.containerStatuses?.find(({ state }) => state?.waiting?.reason === backOff);
}

function terminated(input: StatusInput, name: string): ContainerStateTerminated {
  const { pod, end, life, now } = input;
  const known = statusOf(pod, name)?.state?.terminated;
  if (known !== undefined) return known;
  const exitCode = typeof end === 'object' && 'exitCode' in end ? end.exitCode : 137;
  const finishedAtMs = now.getTime();
  // One that is ended before it was started has no longer life than that.
  return ended({ exitCode, startedAtMs: Math.min(life.startedAtMs, finishedAtMs), finishedAtMs });
}

function ended({ exitCode, startedAtMs, finishedAtMs }: EndedLife): ContainerStateTerminated {
  return {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: timeOf(new Date(startedAtMs)),
    finishedAt: timeOf(new Date(finishedAtMs)),
  };
}

/** How the last life ended: this one, when another is to follow, or else the one before. */
function lastState({ successor, life }: StatusInput, { waiting }: ContainerState): ContainerState {
  const last = waiting?.reason === backOff ? successor?.before : life.before;
  return last === undefined ? {} : { terminated: ended(last) };
}

function statusOf({ status }: Pod, name: string): ContainerStatus | undefined {
  return status?.containerStatuses?.find((one) => one.name === name);
}

/**
 * Of an init container: on paper it has done its work as soon as the Pod runs. A sidecar, which is one that is always started
 * again, runs from then on until the Pod is over.
 */
export function initStatus(input: StatusInput, container: Container, finished: boolean): ContainerStatus {
  const { pod, stage } = input;
  const { name, image = '' } = container;
  const isMade = stage !== 'creating';
  const state = initState(input, container, finished);
  const runs = state.running !== undefined;
  return {
    name,
    image,
    imageID: isMade ? `simulated://${image}` : '',
    ...(isMade ? { containerID: containerId(pod, name, 0) } : {}),
    ready: container.restartPolicy === 'Always' ? runs : isMade,
    started: runs,
    restartCount: 0,
    state,
    lastState: {},
  };
}

function initState(
  { pod, stage, now }: StatusInput,
  { name, restartPolicy }: Container,
  finished: boolean,
): ContainerState {
  if (stage === 'creating') return { waiting: { reason: 'PodInitializing' } };
  const known = pod.status?.initContainerStatuses?.find((one) => one.name === name)?.state;
  const startedAt = known?.running?.startedAt ?? timeOf(now);
  if (restartPolicy === 'Always' && !finished) return { running: { startedAt } };
  return {
    terminated: known?.terminated ?? { exitCode: 0, reason: 'Completed', startedAt, finishedAt: timeOf(now) },
  };
}

/** Of one that was added to look into the Pod: on paper it runs as long as the Pod does. */
export function ephemeralStatus(
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

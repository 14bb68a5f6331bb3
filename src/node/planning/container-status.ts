import type {
  Container,
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
} from '../../api/generated/core-v1.js';
import type { ContainerFact } from '../facts.js';
import { normalizeReference } from '../images/reference.js';
import {
  containerIdOf,
  hasStarted,
  isContainerReady,
  newestOf,
  type PodView,
  previousOf,
  reportedStatus,
  roleOf,
} from './pod-view.js';
import type { WaitingReason } from './steps.js';

/** A time as the API writes it: RFC 3339, whole seconds. */
export function apiTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** The status of one container: what the runtime says of it, and why it waits when it does. */
export function containerStatus(
  view: PodView,
  container: Container,
  waiting: WaitingReason | undefined,
): ContainerStatus {
  const newest = newestOf(view, container.name);
  if (newest === undefined || newest.phase === 'created') return absent(view, container, waiting);
  const isEphemeral = roleOf(view, container) === 'ephemeral';
  const previous = previousOf(view, container.name);
  const waits = newest.phase === 'exited' && waiting !== undefined && waiting.reason !== 'ContainerCreating';
  const state = waits ? { waiting } : stateOf(newest);
  const last = waits ? newest : previous;
  return {
    name: container.name,
    state,
    lastState: last?.phase === 'exited' ? stateOf(last) : lastReported(view, newest),
    ready: !isEphemeral && isReady(view, container, newest),
    restartCount: newest.attempt,
    // As in Kubernetes the image that runs, which may be another than the Pod asks for.
    image: newest.standIn ?? normalizeReference(container.image ?? ''),
    imageID: imageIdOf(view, container, newest),
    containerID: containerIdOf(newest),
    started: isEphemeral ? undefined : hasStarted(view, container, newest),
  };
}

function imageIdOf(view: PodView, container: Container, newest: ContainerFact): string {
  return view.facts.images.get(container.name)?.imageId ?? newest.imageRef;
}

function isReady(view: PodView, container: Container, newest: ContainerFact): boolean {
  if (roleOf(view, container) === 'init') return newest.phase === 'exited' && newest.exitCode === 0;
  return isContainerReady(view, container, newest);
}

function stateOf(fact: ContainerFact): ContainerState {
  if (fact.phase === 'running')
    return { running: { startedAt: apiTime(fact.startedAtMs ?? fact.createdAtMs) } };
  return { terminated: terminated(fact) };
}

function terminated(fact: ContainerFact): ContainerStateTerminated {
  const { exitCode, reason, message } = fact;
  return {
    exitCode,
    reason: reason === '' ? reasonOf(fact) : reason,
    message: message === '' ? undefined : message,
    startedAt: fact.startedAtMs === undefined ? undefined : apiTime(fact.startedAtMs),
    finishedAt: fact.finishedAtMs === undefined ? undefined : apiTime(fact.finishedAtMs),
    containerID: containerIdOf(fact),
  };
}

function reasonOf(fact: ContainerFact): string {
  if (fact.phase === 'unknown') return 'ContainerStatusUnknown';
  return fact.exitCode === 0 ? 'Completed' : 'Error';
}

/** The runtime has forgotten the container before this one, as after a reboot, but the API has not. */
function lastReported(view: PodView, newest: ContainerFact): ContainerState | undefined {
  const reported = reportedStatus(view.pod, newest.name);
  if (reported === undefined || reported.containerID === undefined) return undefined;
  if (reported.containerID === containerIdOf(newest)) return reported.lastState;
  return newest.attempt === 0 ? undefined : forgotten(reported);
}

/** The runtime has no such container: it was never made, or a reboot took it. */
function absent(view: PodView, container: Container, waiting: WaitingReason | undefined): ContainerStatus {
  const reported = reportedStatus(view.pod, container.name);
  if (reported?.containerID !== undefined && roleOf(view, container) === 'ephemeral') {
    return { ...reported, state: forgotten(reported), ready: false };
  }
  const fallback = view.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
  const plain = waiting === undefined || waiting.reason === 'ContainerCreating';
  return {
    name: container.name,
    state: { waiting: plain ? { reason: fallback } : { reason: waiting.reason, message: waiting.message } },
    lastState: reported?.containerID === undefined ? reported?.lastState : forgotten(reported),
    ready: false,
    restartCount: reported?.restartCount ?? 0,
    image: container.image ?? '',
    imageID: reported?.containerID === undefined ? '' : reported.imageID,
    containerID: reported?.containerID,
    started: false,
  };
}

function forgotten(reported: ContainerStatus): ContainerState {
  const { state, containerID } = reported;
  if (state?.terminated !== undefined) return { terminated: state.terminated };
  const message = 'The container could not be located when the pod was started again';
  const startedAt = state?.running?.startedAt;
  if (state?.running === undefined && reported.lastState?.terminated !== undefined) return reported.lastState;
  return { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', message, startedAt, containerID } };
}

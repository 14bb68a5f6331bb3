import type { Container } from '../../api/generated/core-v1.js';
import type { PodAction } from '../actions.js';
import type { ContainerFact } from '../facts.js';
import {
  currentOf,
  definitionHash,
  hasStarted,
  isAnyBusy,
  isBusy,
  mayBegin,
  newestOf,
  type PodView,
  reportedStatus,
  roleOf,
} from './pod-view.js';
import { backoffOfNext, goDuration, nextAttempt, restartAtMs, shouldRestart } from './restart.js';

/** Why a container is not running, as its status says it. */
export interface WaitingReason {
  readonly reason: string;
  readonly message?: string;
}

/** What is to be done about one container now. */
export interface Step {
  /** `ended` for good, `failed` for good with the Pod, or neither yet. */
  readonly state: 'running' | 'waiting' | 'ended' | 'failed';
  readonly waiting?: WaitingReason;
  readonly actions: readonly PodAction[];
  /** When to look again, in milliseconds since the epoch. */
  readonly againAtMs?: number;
}

const creating: WaitingReason = { reason: 'ContainerCreating' };

/** Decides about one container; `mayStart` is false while another one is being started. */
export function stepOf(view: PodView, container: Container, mayStart: boolean): Step {
  const current = currentOf(view, container.name);
  if (current?.phase === 'running')
    return { state: 'running', actions: runningActions(view, container, current) };
  if (isBusy(view, `start:${container.name}`)) return { state: 'waiting', waiting: creating, actions: [] };
  const ended = current?.phase === 'exited' ? current : endedBefore(view, container);
  if (ended !== undefined) {
    const end = endOf(view, container, ended);
    if (end !== undefined) return end;
  }
  if (current !== undefined && current.phase !== 'exited') return removal(view, container, current);
  return imageStep(view, container) ?? startStep(view, container, mayStart);
}

/** The end of the container in a sandbox that is gone: it counts where what has ended is not run again. */
function endedBefore(view: PodView, container: Container): ContainerFact | undefined {
  const newest = newestOf(view, container.name);
  return newest?.phase === 'exited' && roleOf(view, container) === 'main' ? newest : undefined;
}

function endOf(view: PodView, container: Container, ended: ContainerFact): Step | undefined {
  if (!shouldRestart(view, container, ended)) {
    return { state: ended.exitCode === 0 ? 'ended' : 'failed', actions: [] };
  }
  const againAtMs = restartAtMs(ended);
  if (ended.sandboxId !== view.sandbox?.id || againAtMs <= view.nowMs) return undefined;
  const { name, namespace, uid } = view.pod.metadata ?? {};
  const message = `back-off ${goDuration(ended.backoffMs)} restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`;
  const event: PodAction = {
    type: 'tellEvent',
    pod: view.pod,
    once: `backoff:${ended.id}`,
    level: 'Warning',
    reason: 'BackOff',
    message: `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${uid})`,
    fieldPath: fieldPathOf(view, container),
  };
  return { state: 'waiting', waiting: { reason: 'CrashLoopBackOff', message }, actions: [event], againAtMs };
}

/** Where a container stands in the Pod, as events name it. */
export function fieldPathOf(view: Pick<PodView, 'spec'>, container: Container): string {
  const list = listOf(view, container);
  return `spec.${list}{${container.name}}`;
}

function listOf(view: Pick<PodView, 'spec'>, container: Container): string {
  if (view.spec.containers.includes(container)) return 'containers';
  return view.spec.initContainers?.includes(container) ? 'initContainers' : 'ephemeralContainers';
}

/** Made but never started, by an agent that was interrupted: it is made anew. */
function removal(view: PodView, container: Container, current: ContainerFact): Step {
  const { id, attempt } = current;
  const action: PodAction = {
    type: 'removeContainer',
    pod: view.pod,
    container: container.name,
    attempt,
    id,
  };
  return { state: 'waiting', waiting: creating, actions: mayBegin(view, `remove:${id}`) ? [action] : [] };
}

/** Undefined when the image is there. */
export function imageStep(view: PodView, container: Container): Step | undefined {
  if (view.facts.images.has(container.name)) return undefined;
  const operation = `image:${container.name}`;
  const failure = view.facts.failures.get(operation);
  if (isBusy(view, operation)) return { state: 'waiting', waiting: failure ?? creating, actions: [] };
  if (failure === undefined || failure.retryAtMs <= view.nowMs) {
    const action: PodAction = { type: 'ensureImage', pod: view.pod, container: container.name };
    return { state: 'waiting', waiting: failure ?? creating, actions: [action] };
  }
  const waiting = pullWait(view, container, failure);
  const actions =
    waiting.reason === 'ImagePullBackOff' ? backOffEvents(view, container, failure.failures) : [];
  return { state: 'waiting', waiting, actions, againAtMs: failure.retryAtMs };
}

function backOffEvents(view: PodView, container: Container, failures: number): readonly PodAction[] {
  const about = {
    type: 'tellEvent',
    pod: view.pod,
    fieldPath: fieldPathOf(view, container),
    reason: 'BackOff',
  } as const;
  const image = container.image ?? '';
  const once = `pull:${container.name}:${failures}`;
  return [
    { ...about, once, level: 'Normal', message: `Back-off pulling image "${image}"` },
    {
      ...about,
      once: `${once}:error`,
      level: 'Warning',
      reason: 'Failed',
      message: 'Error: ImagePullBackOff',
    },
  ];
}

/** The first report of a failed pull is the failure itself; afterwards it is the wait, as kubectl users know it. */
function pullWait(view: PodView, container: Container, failure: WaitingReason): WaitingReason {
  if (failure.reason !== 'ErrImagePull') return failure;
  const shown = reportedStatus(view.pod, container.name)?.state?.waiting?.reason;
  if (shown !== 'ErrImagePull' && shown !== 'ImagePullBackOff') return failure;
  const message = `Back-off pulling image "${container.image}": ErrImagePull: ${failure.message ?? ''}`;
  return { reason: 'ImagePullBackOff', message };
}

function startStep(view: PodView, container: Container, mayStart: boolean): Step {
  const { sandbox } = view;
  const failure = view.facts.failures.get(`start:${container.name}`);
  const waiting = failure ?? creating;
  if (sandbox === undefined || !mayStart || isAnyBusy(view, 'start:'))
    return { state: 'waiting', waiting, actions: [] };
  if (failure !== undefined && failure.retryAtMs > view.nowMs) {
    return { state: 'waiting', waiting, actions: [], againAtMs: failure.retryAtMs };
  }
  const image = view.facts.images.get(container.name);
  if (image === undefined) return { state: 'waiting', waiting, actions: [] };
  const target = targetOf(view, container);
  if (target !== undefined && target.fact === undefined) {
    const message = `its target container ${target.name} does not run`;
    return { state: 'waiting', waiting: { reason: 'TargetNotRunning', message }, actions: [] };
  }
  const action: PodAction = {
    type: 'startContainer',
    pod: view.pod,
    container: container.name,
    attempt: nextAttempt(view, container.name),
    sandboxId: sandbox.id,
    sandboxAttempt: sandbox.attempt,
    addresses: sandbox.addresses,
    image,
    backoffMs: backoffOfNext(currentOf(view, container.name)),
    ...(target?.fact !== undefined && { targetId: target.fact.id }),
  };
  return { state: 'waiting', waiting, actions: [action] };
}

interface Target {
  readonly name: string;
  /** Undefined while it does not run. */
  readonly fact: ContainerFact | undefined;
}

/** The container whose processes an ephemeral container is to see; undefined when it names none. */
function targetOf(view: PodView, { name }: Container): Target | undefined {
  const ephemeral = view.spec.ephemeralContainers?.find((candidate) => candidate.name === name);
  const target = ephemeral?.targetContainerName;
  if (!target) return undefined;
  const fact = currentOf(view, target);
  return { name: target, fact: fact?.phase === 'running' ? fact : undefined };
}

function runningActions(view: PodView, container: Container, current: ContainerFact): readonly PodAction[] {
  if (!mayBegin(view, `stop:${current.id}`) || isBusy(view, `start:${container.name}`)) return [];
  const verdict = verdictOn(view, container, current);
  if (verdict === undefined) return probeActions(view, container, current);
  const graceSeconds = verdict.graceSeconds ?? view.spec.terminationGracePeriodSeconds ?? 30;
  const { id } = current;
  return [
    { type: 'stopContainer', pod: view.pod, container: container.name, id, graceSeconds, why: verdict.why },
  ];
}

function verdictOn(
  view: PodView,
  container: Container,
  current: ContainerFact,
): { why: string; graceSeconds?: number } | undefined {
  const { name, startupProbe, livenessProbe } = container;
  const probes = view.facts.probes.get(current.id);
  const then = view.spec.restartPolicy === 'Never' ? '' : ', will be restarted';
  if (current.hash !== '' && current.hash !== definitionHash(container))
    return { why: `Container ${name} definition changed, will be restarted` };
  if (probes?.startup === false && startupProbe !== undefined) {
    return {
      why: `Container ${name} failed startup probe${then}`,
      graceSeconds: startupProbe.terminationGracePeriodSeconds,
    };
  }
  if (probes?.liveness === false && livenessProbe !== undefined) {
    return {
      why: `Container ${name} failed liveness probe${then}`,
      graceSeconds: livenessProbe.terminationGracePeriodSeconds,
    };
  }
  return undefined;
}

function probeActions(view: PodView, container: Container, current: ContainerFact): readonly PodAction[] {
  const { startupProbe, livenessProbe, readinessProbe } = container;
  if (startupProbe === undefined && livenessProbe === undefined && readinessProbe === undefined) return [];
  if (view.facts.probes.has(current.id)) return [];
  const reported = reportedStatus(view.pod, container.name);
  const same = reported?.containerID?.endsWith(current.id) === true;
  return [
    {
      type: 'startProbes',
      pod: view.pod,
      container: container.name,
      id: current.id,
      address: view.sandbox?.addresses[0] ?? '',
      startedAtMs: current.startedAtMs ?? current.createdAtMs,
      initial: { started: same && hasStarted(view, container, current), ready: same && reported.ready },
    },
  ];
}

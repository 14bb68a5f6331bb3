import { isTerminating } from '../../api/pods.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { PodAction } from '../actions.js';
import type { ContainerFact } from '../facts.js';
import { currentOf, isAnyBusy, isBusy, mayBegin, newestOf, type PodView, roleOf } from './pod-view.js';
import { shouldRestart } from './restart.js';

/** Why a Pod is being ended. */
export type Ending = 'deleted' | 'deadline' | 'evicted' | 'finished' | 'shutdown';

/** What is to be done so that the Pod ends. */
export interface EndPlan {
  readonly actions: readonly PodAction[];
  readonly waitingFor?: Waiting;
  /** True when nothing of the Pod runs any more. */
  readonly stopped: boolean;
}

/** A stop that the runtime already waits for is hurried along only when it would take noticeably longer. */
const HURRY_MS = 1500;

/** Why the Pod is to end, if it is. */
export function endingOf(view: PodView): Ending | undefined {
  if (isTerminating(view.pod)) return 'deleted';
  const { phase } = view.pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed' || isFinished(view)) return 'finished';
  if (isOverdue(view)) return 'deadline';
  if (view.facts.evicted !== undefined) return 'evicted';
  return view.facts.shuttingDown ? 'shutdown' : undefined;
}

/** When the Pod has been active for too long, in milliseconds since the epoch. */
export function deadlineMs(view: PodView): number | undefined {
  const seconds = view.spec.activeDeadlineSeconds;
  const { startTime } = view.pod.status ?? {};
  if (seconds === undefined || startTime === undefined) return undefined;
  return Date.parse(startTime) + seconds * 1000;
}

function isOverdue(view: PodView): boolean {
  const limit = deadlineMs(view);
  return limit !== undefined && limit <= view.nowMs;
}

/** Whether all that the Pod was made for is over: every container has ended and none is run again. */
export function isFinished(view: PodView): boolean {
  if (failedInit(view)) return true;
  return view.spec.containers.every((container) => {
    const newest = newestOf(view, container.name);
    return (
      newest?.phase === 'exited' &&
      !isBusy(view, `start:${container.name}`) &&
      !shouldRestart(view, container, newest)
    );
  });
}

function failedInit(view: PodView): boolean {
  if (view.spec.restartPolicy !== 'Never') return false;
  return (view.spec.initContainers ?? []).some((container) => {
    const current = currentOf(view, container.name) ?? newestOf(view, container.name);
    return roleOf(view, container) === 'init' && current?.phase === 'exited' && current.exitCode !== 0;
  });
}

/** Decides the next step of ending a Pod: stop the containers, then the sandbox, then give back what it had here, then say so. */
export function planEnd(view: PodView, ending: Ending): EndPlan {
  const underWay = finishSteps(view);
  if (underWay !== undefined) return underWay;
  const running = view.runtime.containers.filter((container) => container.phase === 'running');
  if (running.length > 0) return stopContainers(view, ending, running);
  const standing = view.runtime.sandboxes.filter((sandbox) => sandbox.ready);
  if (standing.length > 0)
    return stopSandboxes(
      view,
      standing.map((sandbox) => sandbox.id),
    );
  if (!view.facts.volumes.released) return release(view);
  if (ending !== 'deleted') return { actions: [], stopped: true };
  return { actions: [{ type: 'deletePod', pod: view.pod }], stopped: true };
}

/** A step that is under way is waited for; hooks and pulls, which may take long, are called off. */
function finishSteps(view: PodView): EndPlan | undefined {
  const running = view.runtime.containers.filter((container) => container.phase === 'running');
  const hooks = running.map((container) => `start:${container.name}`).filter((key) => isBusy(view, key));
  const pulls = [...view.facts.operations.keys()].filter((key) => key.startsWith('image:'));
  const callOff = [...hooks, ...pulls].map(
    (operation): PodAction => ({ type: 'callOff', pod: view.pod, operation }),
  );
  if (callOff.length === 0 && !isAnyBusy(view, 'start:', 'sandbox', 'volumes')) return undefined;
  const message = 'it is to stop, as soon as the step that is under way is over';
  return { actions: callOff, stopped: false, waitingFor: { reason: 'Stopping', message } };
}

function stopContainers(view: PodView, ending: Ending, running: readonly ContainerFact[]): EndPlan {
  const group = nextToStop(view, running);
  const graceSeconds = graceOf(view, ending);
  const actions = group
    .filter((container) => mayStop(view, container, graceSeconds))
    .map(
      (container): PodAction => ({
        type: 'stopContainer',
        pod: view.pod,
        container: container.name,
        id: container.id,
        graceSeconds,
        why: `Stopping container ${container.name}`,
      }),
    );
  const names = group.map((container) => container.name).join(', ');
  return {
    actions,
    stopped: false,
    waitingFor: {
      reason: 'Stopping',
      message: `waits for its containers to stop (${names}), at most ${graceSeconds} s`,
      unblockedBy: 'their end',
    },
  };
}

/** Sidecars outlive the containers that they serve, and go one by one, the last first. */
function nextToStop(view: PodView, running: readonly ContainerFact[]): readonly ContainerFact[] {
  const sidecars = (view.spec.initContainers ?? [])
    .filter((container) => roleOf(view, container) === 'sidecar')
    .map(({ name }) => name);
  const others = running.filter((container) => !sidecars.includes(container.name));
  if (others.length > 0) return others;
  const last = sidecars.toReversed().find((name) => running.some((container) => container.name === name));
  return running.filter((container) => container.name === last);
}

function mayStop(view: PodView, container: ContainerFact, graceSeconds: number): boolean {
  if (!mayBegin(view, `hurry:${container.id}`)) return false;
  const underWay = view.facts.operations.get(`stop:${container.id}`);
  if (underWay === undefined) return mayBegin(view, `stop:${container.id}`);
  return (
    underWay.deadlineMs !== undefined && underWay.deadlineMs > view.nowMs + graceSeconds * 1000 + HURRY_MS
  );
}

/** What is left of the grace that the deletion gave; the whole of it where nobody deleted the Pod. In seconds. */
function graceOf(view: PodView, ending: Ending): number {
  const { deletionTimestamp } = view.pod.metadata ?? {};
  if (ending !== 'deleted' || deletionTimestamp === undefined)
    return view.spec.terminationGracePeriodSeconds ?? 30;
  return Math.max(1, Math.ceil((Date.parse(deletionTimestamp) - view.nowMs) / 1000));
}

function stopSandboxes(view: PodView, ids: readonly string[]): EndPlan {
  const actions = ids
    .filter((id) => mayBegin(view, `stopSandbox:${id}`))
    .map((id): PodAction => ({ type: 'stopSandbox', pod: view.pod, id }));
  return {
    actions,
    stopped: false,
    waitingFor: { reason: 'Stopping', message: 'waits for its sandbox to stop' },
  };
}

function release(view: PodView): EndPlan {
  const failure = view.facts.failures.get('release');
  const message =
    failure === undefined
      ? 'its volumes are being unmounted'
      : `its volumes cannot be unmounted: ${failure.message}`;
  return {
    actions: mayBegin(view, 'release') ? [{ type: 'releasePod', pod: view.pod }] : [],
    stopped: true,
    waitingFor: { reason: 'Releasing', message },
  };
}

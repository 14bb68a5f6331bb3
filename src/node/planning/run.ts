import type { Container } from '../../api/generated/core-v1.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { PodAction } from '../actions.js';
import { allContainers, currentOf, hasStarted, mayBegin, type PodView, roleOf, wasRun } from './pod-view.js';
import { imageStep, type Step, stepOf, type WaitingReason } from './steps.js';

/** What is to be done so that the Pod runs, and how far each container is. */
export interface RunPlan {
  readonly actions: readonly PodAction[];
  /** By container name, for those that do not run. */
  readonly waiting: ReadonlyMap<string, WaitingReason>;
  readonly waitingFor?: Waiting;
  readonly againAtMs?: number;
}

/** Decides what a Pod that is meant to run needs next: volumes, then the sandbox and images, then its containers in order. */
export function planRun(view: PodView): RunPlan {
  return waitForPredecessor(view) ?? prepareVolumes(view) ?? makeSandbox(view) ?? runContainers(view);
}

function nothingYet(waitingFor: Waiting, rest: Partial<RunPlan> = {}): RunPlan {
  return { actions: [], waiting: new Map(), waitingFor, ...rest };
}

function waitForPredecessor(view: PodView): RunPlan | undefined {
  const { predecessor } = view.facts;
  if (predecessor === undefined) return undefined;
  return nothingYet({
    reason: 'PredecessorStopping',
    message: `an earlier Pod of this name (uid ${predecessor}) is still being stopped on this node`,
    unblockedBy: 'the end of its containers',
  });
}

function prepareVolumes(view: PodView): RunPlan | undefined {
  const { volumes, failures } = view.facts;
  if (volumes.prepared === volumes.wanted && !tokenIsDue(view)) return undefined;
  // What runs goes on running while ConfigMaps, Secrets and tokens are brought up to date.
  const blocks = volumes.prepared === undefined;
  const failure = failures.get('volumes');
  const waitingFor = {
    reason: failure?.reason ?? 'VolumesNotReady',
    message: failure?.message ?? 'its volumes are being prepared',
  };
  const due = failure === undefined || failure.retryAtMs <= view.nowMs;
  const action: PodAction = { type: 'prepareVolumes', pod: view.pod, version: volumes.wanted };
  const actions = due && mayBegin(view, 'volumes') ? [action] : [];
  if (blocks) return withoutVolumes(view, { actions, waitingFor, againAtMs: failure?.retryAtMs });
  const rest = makeSandbox(view) ?? runContainers(view);
  return { ...rest, actions: [...actions, ...rest.actions] };
}

function tokenIsDue({ facts, nowMs }: PodView): boolean {
  const { renewAtMs } = facts.volumes;
  return renewAtMs !== undefined && renewAtMs <= nowMs;
}

/** What runs already, as an agent that was restarted finds it, is looked after meanwhile; nothing new is started. */
function withoutVolumes(
  view: PodView,
  blocked: Required<Pick<RunPlan, 'actions' | 'waitingFor'>> & Pick<RunPlan, 'againAtMs'>,
): RunPlan {
  if (!view.runtime.containers.some(({ phase }) => phase === 'running'))
    return nothingYet(blocked.waitingFor, blocked);
  const rest = view.sandbox === undefined ? undefined : runContainers(view);
  const kept = rest?.actions.filter(({ type }) => type !== 'startContainer' && type !== 'ensureImage') ?? [];
  return { ...blocked, waiting: rest?.waiting ?? new Map(), actions: [...blocked.actions, ...kept] };
}

function makeSandbox(view: PodView): RunPlan | undefined {
  if (view.sandbox !== undefined) return undefined;
  const stray = view.runtime.containers.filter((container) => container.phase === 'running');
  const stops = stray
    .filter((container) => mayBegin(view, `stop:${container.id}`))
    .map(
      (container): PodAction => ({
        type: 'stopContainer',
        pod: view.pod,
        container: container.name,
        id: container.id,
        graceSeconds: view.spec.terminationGracePeriodSeconds ?? 30,
        why: 'Pod sandbox changed, it will be killed and re-created.',
      }),
    );
  if (stray.length > 0) {
    return nothingYet(
      {
        reason: 'SandboxChanged',
        message: 'its sandbox is gone; its containers are being stopped to be started in a new one',
      },
      { actions: stops },
    );
  }
  const failure = view.facts.failures.get('sandbox');
  const waitingFor = {
    reason: failure?.reason ?? 'SandboxNotReady',
    message:
      failure === undefined
        ? 'its sandbox is being made'
        : `its sandbox could not be made: ${failure.message}`,
  };
  const due = failure === undefined || failure.retryAtMs <= view.nowMs;
  const attempt = (view.runtime.sandboxes[0]?.attempt ?? -1) + 1;
  const run: PodAction = { type: 'runSandbox', pod: view.pod, attempt };
  const actions = mayBegin(view, 'sandbox') ? [run] : [];
  return nothingYet(waitingFor, {
    actions: [...actions, ...earlyImages(view)],
    againAtMs: due ? undefined : failure?.retryAtMs,
  });
}

/** The images of all containers are looked for while the sandbox is being made. */
function earlyImages(view: PodView): readonly PodAction[] {
  return allContainers(view).flatMap((container) => imageStep(view, container)?.actions ?? []);
}

function runContainers(view: PodView): RunPlan {
  const init = walkInit(view);
  const main = init.blocked ? undefined : walkMain(view);
  const walked = [...init.steps, ...(main ?? [])];
  const steps = [...walked, ...walkEphemeral(view, !startsOne(walked))];
  const actions = steps.flatMap(([, step]) => step.actions);
  const waits = steps.flatMap(([container, { waiting }]) =>
    waiting === undefined ? [] : [[container.name, waiting] as const],
  );
  const [first] = walked.filter(([, step]) => step.waiting !== undefined);
  return {
    actions: [...actions, ...tidy(view)],
    waiting: new Map(waits),
    waitingFor: first === undefined ? notReady(view) : waitingOn(...first),
    againAtMs: earliest(steps.map(([, step]) => step.againAtMs)),
  };
}

type Steps = (readonly [Container, Step])[];

/** Init containers run one after the other; a sidecar lets the next one go as soon as it has started. */
function walkInit(view: PodView): { readonly steps: Steps; readonly blocked: boolean } {
  const steps: Steps = [];
  const over = view.spec.containers.some((container) => currentOf(view, container.name) !== undefined);
  for (const container of view.spec.initContainers ?? []) {
    const sidecar = roleOf(view, container) === 'sidecar';
    const current = currentOf(view, container.name);
    if (!sidecar && (over || (current?.phase === 'exited' && current.exitCode === 0))) continue;
    const step = stepOf(view, container, !startsOne(steps));
    steps.push([container, step]);
    const passes = sidecar && (over || (current !== undefined && hasStarted(view, container, current)));
    if (!passes) return { steps, blocked: true };
  }
  return { steps, blocked: false };
}

function walkMain(view: PodView): Steps {
  const steps: Steps = [];
  for (const container of view.spec.containers) {
    const step = stepOf(view, container, !startsOne(steps));
    steps.push([container, step]);
  }
  return steps;
}

/** Containers for looking into the Pod are run once, as soon as there is a sandbox; how they fare is nothing to the Pod. */
function walkEphemeral(view: PodView, mayStart: boolean): Steps {
  const steps: Steps = [];
  for (const container of view.spec.ephemeralContainers ?? []) {
    if (wasRun(view, container.name)) continue;
    steps.push([container, stepOf(view, container, mayStart && !startsOne(steps))]);
  }
  return steps;
}

/** Containers are started in the order in which they stand: one waits while another is being started or its image fetched. */
function startsOne(steps: Steps): boolean {
  return steps.some(([, step]) =>
    step.actions.some(({ type }) => type === 'startContainer' || type === 'ensureImage'),
  );
}

function waitingOn(container: Container, step: Step): Waiting {
  const { reason = 'ContainerCreating', message } = step.waiting ?? {};
  const detail = message === undefined ? '' : `: ${message}`;
  return { reason, message: `container ${container.name} is not running (${reason})${detail}` };
}

function notReady(view: PodView): Waiting | undefined {
  const slow = view.spec.containers.find((container) => {
    const current = currentOf(view, container.name);
    return current !== undefined && current.phase === 'running' && !hasStarted(view, container, current);
  });
  if (slow === undefined) return undefined;
  return {
    reason: 'ContainerStarting',
    message: `container ${slow.name} runs, but has not started: its startup probe or postStart hook is not over`,
  };
}

/** Of each container the running or last one and the one before are kept, for logs and the last state; so is one sandbox. */
function tidy(view: PodView): readonly PodAction[] {
  const counts = new Map<string, number>();
  const actions: PodAction[] = [];
  for (const { name, id, attempt, phase } of view.runtime.containers) {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count <= 2 || phase === 'running' || !mayBegin(view, `remove:${id}`)) continue;
    actions.push({ type: 'removeContainer', pod: view.pod, container: name, attempt, id });
  }
  return [...actions, ...tidySandboxes(view)];
}

function tidySandboxes(view: PodView): readonly PodAction[] {
  const used = new Set(view.runtime.containers.map((container) => container.sandboxId));
  return view.runtime.sandboxes
    .filter(({ id }) => id !== view.sandbox?.id && !used.has(id) && mayBegin(view, `removeSandbox:${id}`))
    .map(({ id }) => ({ type: 'removeSandbox', pod: view.pod, id }));
}

/** The earliest of some times, of which any may be missing. */
export function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

import type { Container, ContainerStatus, PodCondition, PodStatus } from '../../api/generated/core-v1.js';
import { podCondition, setPodCondition } from '../../api/pods.js';
import { apiTime } from './container-status.js';
import { type PodView, roleOf } from './pod-view.js';

interface Verdict {
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

type Statuses = ReadonlyMap<string, ContainerStatus>;

const met: Verdict = { status: 'True' };

/** The conditions that the node agent owns, put into the status; those of others stay as they are. */
export function withConditions(status: PodStatus, view: PodView, statuses: Statuses): PodStatus {
  const ready = containersReady(view, status, statuses);
  const verdicts: readonly (readonly [string, Verdict])[] = [
    [
      'PodReadyToStartContainers',
      { status: view.sandbox !== undefined && view.sandbox.addresses.length > 0 ? 'True' : 'False' },
    ],
    ['Initialized', initialized(view, status, statuses)],
    ['Ready', ready.status === 'True' ? gatesMet(view) : ready],
    ['ContainersReady', ready],
    ['PodScheduled', met],
  ];
  return verdicts.reduce(
    (result, [type, verdict]) => setPodCondition(result, condition(view, type, verdict)),
    status,
  );
}

function condition(view: PodView, type: string, verdict: Verdict): PodCondition {
  const lastTransitionTime = apiTime(view.nowMs);
  const observedGeneration = view.pod.metadata?.generation;
  return { type, ...verdict, lastProbeTime: undefined, lastTransitionTime, observedGeneration };
}

function initialized(view: PodView, status: PodStatus, statuses: Statuses): Verdict {
  if (status.phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  const anyMain = view.spec.containers.some(({ name }) => statuses.get(name)?.containerID !== undefined);
  if (anyMain) return met;
  const incomplete = (view.spec.initContainers ?? []).filter(
    (container) => !isComplete(view, container, statuses),
  );
  if (incomplete.length === 0) return met;
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names(incomplete)}]`,
  };
}

function isComplete(view: PodView, container: Container, statuses: Statuses): boolean {
  const status = statuses.get(container.name);
  return roleOf(view, container) === 'sidecar' ? status?.started === true : status?.ready === true;
}

function containersReady(view: PodView, status: PodStatus, statuses: Statuses): Verdict {
  if (status.phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (status.phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const sidecars = (view.spec.initContainers ?? []).filter(
    (container) => roleOf(view, container) === 'sidecar',
  );
  const unready = [...sidecars, ...view.spec.containers].filter(
    ({ name }) => statuses.get(name)?.ready !== true,
  );
  if (unready.length === 0) return met;
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${names(unready)}]`,
  };
}

function gatesMet(view: PodView): Verdict {
  const messages = (view.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = podCondition(view.pod, conditionType);
    if (found === undefined)
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (found.status === 'True') return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`];
  });
  if (messages.length === 0) return met;
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

function names(containers: readonly Container[]): string {
  return containers.map(({ name }) => name).join(' ');
}

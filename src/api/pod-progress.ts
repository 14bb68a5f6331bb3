import type { ContainerStatus, Pod } from './generated/core-v1.js';
import { isPodReady, isTerminating, podCondition } from './pods.js';

/** Where a Pod stands on its way to Ready, as a stable code and one sentence part for a person. */
export interface PodTrouble {
  readonly reason: 'PodTerminating' | 'PodNotScheduled' | 'PodNotRunning' | 'PodNotReady';
  readonly message: string;
}

/** Why a Pod is not Running and Ready yet; undefined when it is. */
export function podTrouble(pod: Pod): PodTrouble | undefined {
  if (isTerminating(pod)) return { reason: 'PodTerminating', message: 'is terminating' };
  if (isPodReady(pod) && pod.status?.phase === 'Running') return undefined;
  return scheduling(pod) ?? containers(pod) ?? gates(pod) ?? phase(pod);
}

function scheduling(pod: Pod): PodTrouble | undefined {
  const scheduled = podCondition(pod, 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  return {
    reason: 'PodNotScheduled',
    message: `is not scheduled: ${noPlace(scheduled.message) ?? scheduled.reason ?? 'no reason given'}`,
  };
}

/** What the scheduler says of making room by force repeats the rest; and a sentence goes on after this one. */
function noPlace(message: string | undefined): string | undefined {
  return message?.split(' preemption: ')[0]?.replace(/\.$/, '');
}

function containers(pod: Pod): PodTrouble | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const status of statuses) {
    const trouble = containerTrouble(status);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

function containerTrouble(status: ContainerStatus): PodTrouble | undefined {
  const waiting = status.state?.waiting;
  if (waiting === undefined) return undefined;
  const detail = waiting.message === undefined ? '' : `: ${waiting.message}`;
  return {
    reason: 'PodNotRunning',
    message: `waits with container ${status.name} in ${waiting.reason ?? 'an unnamed state'}${detail}`,
  };
}

function gates(pod: Pod): PodTrouble | undefined {
  const unready = pod.status?.containerStatuses?.find((status) => !status.ready);
  if (unready !== undefined)
    return { reason: 'PodNotReady', message: `runs, but container ${unready.name} is not ready` };
  for (const gate of pod.spec?.readinessGates ?? []) {
    const condition = podCondition(pod, gate.conditionType);
    if (condition?.status === 'True') continue;
    const why = condition?.message ?? condition?.reason ?? 'the condition is not set';
    return {
      reason: 'PodNotReady',
      message: `runs, but its readiness gate ${gate.conditionType} is not met: ${why}`,
    };
  }
  return undefined;
}

function phase(pod: Pod): PodTrouble {
  const name = pod.status?.phase ?? 'Pending';
  if (name === 'Running') return { reason: 'PodNotReady', message: 'runs but is not Ready' };
  return { reason: 'PodNotRunning', message: `is in phase ${name}` };
}

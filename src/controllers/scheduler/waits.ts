import type { Pod, PodStatus } from '../../api/generated/core-v1.js';
import { setPodCondition } from '../../api/pods.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { SchedulerAction } from './actions.js';

/** Why a Pod has no node: what `holdfast why` and `waitingFor` show. */
export const waitReasons = [
  'Unschedulable',
  'WaitingForVictims',
  'WaitingForVolumes',
  'SchedulingGated',
  'OtherScheduler',
] as const;

/** The wait of a Pod. */
export function waitOf(
  pod: Pod,
  reason: (typeof waitReasons)[number],
  text: { readonly message: string; readonly unblockedBy?: string | undefined },
): Waiting {
  const { namespace, name = '' } = pod.metadata ?? {};
  const { message, unblockedBy } = text;
  const wait = { reason, message, on: { kind: 'Pod', namespace, name } };
  return unblockedBy === undefined ? wait : { ...wait, unblockedBy };
}

/** What the Pod's status is to say about its place. */
export interface Standing {
  readonly reason: 'Unschedulable' | 'SchedulingGated';
  readonly message: string;
  /** The node that it is promised; undefined for none. */
  readonly nominatedNodeName: string | undefined;
}

/** Writes condition `PodScheduled: False` and the promised node, if they are not written yet. */
export function statusActions(
  pod: Pod,
  { reason, message, nominatedNodeName }: Standing,
  now: Date,
): SchedulerAction[] {
  const lastTransitionTime = `${now.toISOString().slice(0, 19)}Z`;
  const before = pod.status ?? {};
  const condition = { type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime };
  const status: PodStatus = promise(setPodCondition(before, condition), nominatedNodeName);
  return status === before ? [] : [{ type: 'setStatus', pod, status }];
}

/** The status with a node promised, or none; the very same status when nothing changes. */
export function promise(status: PodStatus, nominatedNodeName: string | undefined): PodStatus {
  if ((status.nominatedNodeName || undefined) === nominatedNodeName) return status;
  return { ...status, nominatedNodeName };
}

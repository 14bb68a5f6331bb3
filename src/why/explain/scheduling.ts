import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { podCondition } from '../../api/pods.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';

/** The claims that a Pod uses, by name; those of its ephemeral volumes have the names that they are made under. */
export function claimNamesOf({ metadata, spec }: Pod): readonly string[] {
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [persistentVolumeClaim.claimName];
    return ephemeral === undefined ? [] : [`${metadata?.name}-${name}`];
  });
}

async function explainClaims(about: Subject, pod: Pod, reader: Reader): Promise<Link | undefined> {
  const { namespace = '' } = about;
  for (const name of claimNamesOf(pod)) {
    const claim = await reader.get(kinds.PersistentVolumeClaim, { namespace, name });
    const on = { kind: 'PersistentVolumeClaim', namespace, name };
    if (claim === undefined) {
      return {
        about,
        settled: false,
        reason: 'ClaimMissing',
        message: `it uses claim ${name}, which does not exist`,
        on,
      };
    }
    const leaving = claim.metadata?.deletionTimestamp !== undefined;
    if (leaving) {
      return {
        about,
        settled: false,
        reason: 'ClaimBeingDeleted',
        message: `its claim ${name} is being deleted`,
        on,
      };
    }
    if (claim.status?.phase === 'Bound') continue;
    return {
      about,
      settled: false,
      reason: 'ClaimNotBound',
      message: `its claim ${name} is ${claim.status?.phase ?? 'Pending'}`,
      on,
    };
  }
  return undefined;
}

/** What the scheduler says of making room by force is no answer to the question, and says it all once more. */
function withoutPreemption(message: string | undefined): string | undefined {
  return message?.split(' preemption: ')[0];
}

/** Why a Pod has no node: its gates, its claims, or what the scheduler found. */
export async function explainScheduling(about: Subject, pod: Pod, reader: Reader): Promise<Link> {
  const gates = (pod.spec?.schedulingGates ?? []).map(({ name }) => name);
  if (gates.length > 0) {
    return {
      about,
      settled: false,
      reason: 'SchedulingGated',
      message: `it is not to be scheduled before its gates are taken off: ${gates.join(', ')}`,
      unblockedBy: 'whoever set the gates takes them off',
    };
  }
  const condition = podCondition(pod, 'PodScheduled');
  const claims = await explainClaims(about, pod, reader);
  // A class that waits for its first consumer leaves the claim pending until the Pod has a place: then the Pod is the reason.
  const delayed =
    claims?.reason === 'ClaimNotBound' && !/PersistentVolumeClaim/.test(condition?.message ?? '');
  if (claims !== undefined && !(delayed && condition?.reason === 'Unschedulable')) return claims;
  if (condition?.status === 'False') {
    return {
      about,
      settled: false,
      reason: 'Unschedulable',
      message: `no node takes it: ${withoutPreemption(condition.message) ?? condition.reason ?? 'no reason given'}`,
      unblockedBy: 'a node with what the Pod asks for, or a Pod that asks for less',
    };
  }
  const other = pod.spec?.schedulerName ?? 'default-scheduler';
  const message =
    other === 'default-scheduler'
      ? 'the scheduler has not looked at it yet'
      : `the scheduler ${other} has not placed it`;
  return { about, settled: false, reason: 'PodNotScheduled', message };
}

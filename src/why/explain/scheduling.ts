import type { Node, Pod, Taint } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { podCondition } from '../../api/pods.js';
import { untolerated } from '../../api/tolerations.js';
import { schedulerName } from '../../controllers/scheduler/facts.js';
import { isMakingWay } from '../../controllers/scheduler/preemption.js';
import { withoutPreemption } from '../from-plan.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { kubectl, subjectOf, taintText } from './common.js';
import { type Placement, placementOf } from './placement.js';

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
    const seen = await reader.ifSeen(() => reader.get(kinds.PersistentVolumeClaim, { namespace, name }));
    if (!seen.known) continue;
    const claim = seen.value;
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

/** Taints that tell the state of a node, and the condition behind each. */
const stateTaints: { readonly [key: string]: string } = {
  'node.kubernetes.io/disk-pressure': 'DiskPressure',
  'node.kubernetes.io/memory-pressure': 'MemoryPressure',
  'node.kubernetes.io/pid-pressure': 'PIDPressure',
  'node.kubernetes.io/network-unavailable': 'NetworkUnavailable',
  'node.kubernetes.io/not-ready': 'Ready',
  'node.kubernetes.io/unreachable': 'Ready',
};

const cordon = 'node.kubernetes.io/unschedulable';

interface Tainted {
  readonly node: Node;
  readonly taint: Taint;
}

function taintedText({ node: { metadata, status }, taint }: Tainted): string {
  if (taint.key === cordon) return `${metadata?.name} is cordoned`;
  const condition = status?.conditions?.find(({ type }) => type === stateTaints[taint.key]);
  const why = condition?.message ? ` (${condition.message})` : '';
  return `${metadata?.name} has the taint ${taintText(taint)}${why}`;
}

/** A taint that tells the state of a node goes with that state; any other is taken off by hand. */
function wayAround(tainted: readonly Tainted[]): string {
  const [first] = tainted;
  const name = first?.node.metadata?.name;
  if (first?.taint.key === cordon) return `kubectl uncordon ${name}`;
  const off =
    first === undefined || Object.hasOwn(stateTaints, first.taint.key)
      ? 'the node gets well'
      : `kubectl taint node ${name} ${taintText(first.taint)}- takes it off`;
  return `the Pod tolerates ${tainted.length === 1 ? 'the taint' : 'one of the taints'}, or ${off}`;
}

/** The scheduler only counts the nodes whose taints keep the Pod away; which taints, and why they are there, the nodes tell. */
async function explainTaints(
  pod: Pod,
  reader: Reader,
): Promise<Pick<Link, 'message' | 'unblockedBy'> | undefined> {
  const seen = await reader.ifSeen(() => reader.list(kinds.Node));
  const nodes = seen.known ? seen.value : [];
  const found = nodes.flatMap((node) => {
    const taint = untolerated(
      pod,
      (node.spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule'),
    );
    return taint === undefined ? [] : [{ node, taint }];
  });
  if (found.length === 0 || found.length < nodes.length) return undefined;
  return {
    message: `no node takes it: ${found.map(taintedText).join('; ')}`,
    unblockedBy: wayAround(found),
  };
}

/** Why a Pod has no node: its gates, its claims, or what the scheduler finds when it looks at the nodes now. */
export async function explainScheduling(about: Subject, pod: Pod, reader: Reader): Promise<Link> {
  const gates = (pod.spec?.schedulingGates ?? []).map(({ name }) => name);
  if (gates.length > 0) {
    return {
      about,
      settled: false,
      reason: 'SchedulingGated',
      message: `it is not to be scheduled before its gates are taken off: ${gates.join(', ')}`,
      unblockedBy: `whoever set a gate takes it off; if nobody is left to do it, ${kubectl('patch', about)} --type=merge -p '{"spec":{"schedulingGates":null}}'`,
    };
  }
  const other = ofOtherScheduler(about, pod);
  if (other !== undefined) return other;
  const condition = podCondition(pod, 'PodScheduled');
  const claims = await explainClaims(about, pod, reader);
  // A class that waits for its first consumer leaves the claim pending until the Pod has a place: then the Pod is the reason.
  const delayed =
    claims?.reason === 'ClaimNotBound' && !/PersistentVolumeClaim/.test(condition?.message ?? '');
  if (claims !== undefined && !(delayed && condition?.reason === 'Unschedulable')) return claims;
  const placement = await reader.ifSeen(() => placementOf(about, reader));
  return explainPlacement(about, { pod, placement: placement.known ? placement.value : undefined }, reader);
}

/** Less important Pods that are on their way out on the node that the Pod was promised. */
async function explainVictims(about: Subject, pod: Pod, reader: Reader): Promise<Link | undefined> {
  const promised = pod.status?.nominatedNodeName;
  if (!promised) return undefined;
  const pods = await reader.ifSeen(() => reader.list(kinds.Pod));
  const victims = (pods.known ? pods.value : []).filter(
    (other) => other.spec?.nodeName === promised && isMakingWay(other),
  );
  const [first] = victims;
  if (first === undefined) return undefined;
  const names = victims.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`).join(', ');
  const message = `less important Pods make room for it on ${promised}: ${names}`;
  return { about, settled: false, reason: 'WaitingForVictims', message, on: subjectOf('Pod', first) };
}

/** A Pod that is not for the cluster's own scheduler. */
function ofOtherScheduler(about: Subject, { spec }: Pod): Link | undefined {
  const { schedulerName: wanted = schedulerName } = spec ?? {};
  if (wanted === schedulerName) return undefined;
  return {
    about,
    settled: false,
    reason: 'OtherScheduler',
    message: `the scheduler ${wanted} has not placed it`,
    unblockedBy: `a program that binds Pods of schedulerName ${wanted}, or schedulerName ${schedulerName}`,
  };
}

interface Found {
  readonly pod: Pod;
  readonly placement: Placement | undefined;
}

async function explainPlacement(about: Subject, { pod, placement }: Found, reader: Reader): Promise<Link> {
  const condition = podCondition(pod, 'PodScheduled');
  const waiting = placement?.plan.waitingFor;
  // Another cluster's scheduler may have found what ours does not look at: its own words stand where ours would place the Pod.
  const words = waiting?.message ?? condition?.message;
  if (words === undefined || (waiting === undefined && condition?.status !== 'False')) {
    const message = 'the scheduler has not looked at it yet';
    return { about, settled: false, reason: 'PodNotScheduled', message };
  }
  const victims = await explainVictims(about, pod, reader);
  if (victims !== undefined) return victims;
  const details = placement?.details ?? [];
  const generic = 'a node with what the Pod asks for, or a Pod that asks for less';
  return {
    about,
    settled: false,
    reason: waiting?.reason === 'WaitingForVolumes' ? 'WaitingForVolumes' : 'Unschedulable',
    message: `no node takes it: ${withoutPreemption(words)}`,
    unblockedBy: `${waiting?.unblockedBy ?? generic}${details.length === 0 ? '' : ` (${details.join('; ')})`}`,
    ...(await explainTaints(pod, reader)),
  };
}

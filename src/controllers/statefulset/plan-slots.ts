import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import { isPodFinished, isTerminating } from '../../api/pods.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { StatefulSetStep } from './actions.js';
import { claimName, claimsFor, claimTemplates, goesWithFormerPod, wantedOwners } from './claims.js';
import { newPod, ordinalRange, podName, repaired } from './identity.js';
import type { Slot } from './members.js';
import { deletePod, type StageInput, type StageResult } from './stage.js';
import { planStuck, revisionFor } from './stuck.js';
import { waitForClaim, waitForName, waitForPod } from './waits.js';

interface SlotResult {
  readonly steps: readonly StatefulSetStep[];
  readonly waiting?: Waiting;
  /** In order, no later slot is looked at. */
  readonly blocks: boolean;
  readonly lookAgainAfterMs?: number;
}

/** Every ordinal that the set asks for has its Pod and its claims, and they are what they should be. */
export function planSlots(input: StageInput): StageResult {
  const steps: StatefulSetStep[] = [];
  let waiting: Waiting | undefined;
  for (const slot of input.members.slots) {
    const result = planSlot(input, slot);
    steps.push(...result.steps);
    waiting ??= result.waiting;
    if (result.blocks && input.ordered) {
      const { lookAgainAfterMs } = result;
      return { steps, waiting, ends: true, lookAgainAfterMs };
    }
  }
  return { steps, waiting, ends: false };
}

function planSlot(input: StageInput, slot: Slot): SlotResult {
  const { pod, isUp } = slot;
  if (pod === undefined) return planEmpty(input, slot);
  if (isPodFinished(pod) && !isTerminating(pod)) return { steps: [deletePod(pod, 'ended')], blocks: true };
  if (isTerminating(pod)) {
    return {
      steps: [],
      waiting: waitForPod(input.set, pod, 'it is made again when it is gone'),
      blocks: true,
    };
  }
  const steps = [...missingClaims(input, slot.ordinal, pod), ...claimOwners(input, slot.ordinal, pod)];
  const fixed = repaired(input.set, slot.ordinal, pod);
  if (fixed !== undefined) steps.push({ type: 'updatePod', pod: fixed });
  if (isUp) return { steps, blocks: false };
  const stuck = planStuck(input, slot.ordinal, pod);
  if (stuck !== undefined) return { ...stuck, steps: [...steps, ...stuck.steps], blocks: true };
  return { steps, waiting: waitForMember(input, slot.ordinal, pod), blocks: true };
}

function planEmpty(input: StageInput, slot: Slot): SlotResult {
  const { set, claims } = input;
  if (slot.squatter !== undefined) {
    return { steps: [], waiting: waitForName(slot.squatter), blocks: true };
  }
  const name = podName(set, slot.ordinal);
  const steps: StatefulSetStep[] = [];
  for (const wanted of claimsFor(set, slot.ordinal)) {
    const claim = claims.get(wanted.metadata?.name ?? '');
    if (claim === undefined) steps.push({ type: 'createClaim', claim: wanted, podName: name });
    else if (isTerminating(claim) || goesWithFormerPod(claim, name)) {
      return { steps: [], waiting: waitForClaim(claim, name), blocks: true };
    }
  }
  steps.push({ type: 'createPod', pod: newPod(set, slot.ordinal, revisionFor(input, slot.ordinal)) });
  return { steps, blocks: true };
}

/** A claim that somebody deleted under a Pod that never started is made again. */
function missingClaims({ set, claims }: StageInput, ordinal: number, pod: Pod): StatefulSetStep[] {
  if ((pod.status?.phase ?? 'Pending') !== 'Pending') return [];
  return claimsFor(set, ordinal)
    .filter((claim) => !claims.has(claim.metadata?.name ?? ''))
    .map((claim) => ({ type: 'createClaim', claim, podName: pod.metadata?.name ?? '' }));
}

/** The claims of a Pod whose owners are not what the retention policy asks for. */
export function claimOwners(input: StageInput, ordinal: number, pod: Pod): StatefulSetStep[] {
  const { start, end } = ordinalRange(input.set);
  const situation = { set: input.set, pod, scaledDown: ordinal < start || ordinal >= end };
  return existingClaims(input, ordinal).flatMap((claim): StatefulSetStep[] => {
    const owners = wantedOwners(claim, situation);
    return owners === undefined ? [] : [{ type: 'setClaimOwners', claim, owners }];
  });
}

function existingClaims({ set, claims }: StageInput, ordinal: number): readonly PersistentVolumeClaim[] {
  return claimTemplates(set).flatMap(
    ({ metadata }) => claims.get(claimName(set, metadata?.name ?? '', ordinal)) ?? [],
  );
}

function waitForMember({ set, ordered, members }: StageInput, ordinal: number, pod: Pod): Waiting {
  const { start, end } = ordinalRange(set);
  if (!ordered) return waitForPod(set, pod, 'the set is not complete before that');
  const isComplete = members.slots.slice(ordinal + 1 - start).every((slot) => slot.pod !== undefined);
  if (isComplete && members.condemned.length > 0)
    return waitForPod(set, pod, 'the set is not scaled down before it is available');
  if (ordinal + 1 === end) return waitForPod(set, pod, 'it is the last Pod that the set waits for');
  return waitForPod(set, pod, `${podName(set, ordinal + 1)} waits until it is Running and Ready`);
}

import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import { podTrouble } from '../../api/pod-progress.js';
import { isTerminating } from '../../api/pods.js';
import type { Waiting } from '../../reconcile/contract.js';

/** Stable codes of what a StatefulSet waits for; the README says what each means. */
export const waitReasons = [
  'SetBeingDeleted',
  'PodNameTaken',
  'PodTerminating',
  'PodNotScheduled',
  'PodNotRunning',
  'PodNotReady',
  'PodNotAvailable',
  'ClaimBeingDeleted',
  'ClaimOfFormerPod',
  'StuckOnOldRevision',
  'UpdateOnDelete',
  'RecreatingPods',
] as const;

/** One of the codes in `waitReasons`. */
export type WaitReason = (typeof waitReasons)[number];

interface Reasoned extends Waiting {
  readonly reason: WaitReason;
}

function refer(kind: string, object: Pod | PersistentVolumeClaim): NonNullable<Waiting['on']> {
  return { kind, namespace: object.metadata?.namespace ?? '', name: object.metadata?.name ?? '' };
}

/** Waits for a Pod to become available or to go; `held` is a sentence on what happens only then. */
export function waitForPod(set: StatefulSet, pod: Pod, held: string): Reasoned {
  const trouble: Pick<Reasoned, 'reason' | 'message'> = podTrouble(pod) ?? {
    reason: 'PodNotAvailable',
    message: `is ready, but not yet for the ${set.spec?.minReadySeconds ?? 0} s of minReadySeconds`,
  };
  return {
    reason: trouble.reason,
    message: `${pod.metadata?.name ?? ''} ${trouble.message}; ${held}`,
    on: refer('Pod', pod),
  };
}

/**
 * A Pod of the old template is not ready: in OrderedReady nothing but its deletion makes way for the new one. `annotation`
 * is what would let the controller delete it; without one it will do so in a moment.
 */
export function waitForStuckPod(pod: Pod, annotation: string | undefined): Reasoned {
  const name = pod.metadata?.name ?? '';
  const trouble = `${name} ${podTrouble(pod)?.message ?? 'is not available'} and was made from an older template`;
  if (annotation === undefined) {
    const message = `${trouble}; it is replaced when it has been unready for ten seconds`;
    return { reason: 'StuckOnOldRevision', message, on: refer('Pod', pod) };
  }
  return {
    reason: 'StuckOnOldRevision',
    message: `${trouble}; an OrderedReady set does not replace it by itself`,
    on: refer('Pod', pod),
    unblockedBy: `delete Pod ${name}: it comes back from the new template (or let the controller do that: annotate the set with ${annotation}=true)`,
  };
}

/** With Recreate no Pod of the new template is made before the last of the old one is gone. */
export function waitForRecreation(pod: Pod, count: number): Reasoned {
  const others = count === 1 ? '' : ` and ${count - 1} more`;
  return {
    reason: 'RecreatingPods',
    message: `${pod.metadata?.name ?? ''}${others} of an older template terminate; no Pod of the new one is made before that, as the update strategy is Recreate`,
    on: refer('Pod', pod),
  };
}

/** The name of one of the set's Pods is in use by a Pod that is not its own. */
export function waitForName(pod: Pod): Reasoned {
  const name = pod.metadata?.name ?? '';
  const state = isTerminating(pod) ? 'which is terminating' : 'which the set does not own';
  return {
    reason: 'PodNameTaken',
    message: `${name} cannot be created: the name is taken by a Pod ${state}`,
    on: refer('Pod', pod),
    unblockedBy: `the other Pod ${name} is gone, or matches the set's selector and has no owner`,
  };
}

/** A claim that the Pod needs is on its way out. */
export function waitForClaim(claim: PersistentVolumeClaim, podName: string): Reasoned {
  const name = claim.metadata?.name ?? '';
  const on = refer('PersistentVolumeClaim', claim);
  if (isTerminating(claim)) {
    const message = `${podName} cannot be created: its claim ${name} is being deleted`;
    return { reason: 'ClaimBeingDeleted', message, on, unblockedBy: `claim ${name} is gone` };
  }
  const message = `${podName} cannot be created: claim ${name} still belongs to the former Pod of that name and goes with it`;
  return { reason: 'ClaimOfFormerPod', message, on, unblockedBy: `claim ${name} is gone` };
}

/** The set is on its way out; it is left alone until then. */
export function waitForEnd(set: StatefulSet): Reasoned {
  const finalizers = set.metadata?.finalizers ?? [];
  const by = finalizers.length === 0 ? '' : ` (finalizers: ${finalizers.join(', ')})`;
  return {
    reason: 'SetBeingDeleted',
    message: `the set is being deleted${by}; its Pods are not touched any more`,
  };
}

/** A Pod still runs the old template, and OnDelete leaves it to the user. */
export function waitForUser(pod: Pod): Reasoned {
  const name = pod.metadata?.name ?? '';
  return {
    reason: 'UpdateOnDelete',
    message: `${name} runs an older template; the update strategy is OnDelete`,
    on: refer('Pod', pod),
    unblockedBy: `delete Pod ${name}: it comes back from the new template`,
  };
}

import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { KubeObject } from '../../api/kube-object.js';
import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { ProtectionAction } from './actions.js';
import { type ClaimUse, claimFinalizer, type ProtectionFacts, volumeFinalizer } from './facts.js';

/** Decides whether a claim or volume is given its finalizer, or may lose it. */
export function planProtection(facts: ProtectionFacts, now: Date): Plan<ProtectionAction> {
  if (facts.subject === 'volume') {
    const { volume } = facts;
    if (isTerminating(volume) && volume.status?.phase === 'Bound') {
      const message = `the volume is bound to claim ${volume.spec?.claimRef?.namespace}/${volume.spec?.claimRef?.name}`;
      return { actions: [], waitingFor: { reason: 'VolumeInUse', message } };
    }
    const changed = settle(volume, volumeFinalizer);
    return { actions: changed === undefined ? [] : [{ type: 'updateVolume', volume: changed }] };
  }
  const { claim, users } = facts;
  const told = tellUse(facts, now);
  const user = users[0];
  if (isTerminating(claim) && user !== undefined) return { ...inUse(claim, user), actions: told };
  const changed = settle(claim, claimFinalizer);
  return { actions: changed === undefined ? told : [...told, { type: 'updateClaim', claim: changed }] };
}

/** Condition Unused, in Kubernetes' words: since when no Pod that has not ended names the claim. */
function tellUse({ claim, isWanted, tellsUnused }: ClaimUse, now: Date): ProtectionAction[] {
  if (!tellsUnused) return [];
  const conditions = claim.status?.conditions ?? [];
  const before = conditions.find(({ type }) => type === 'Unused');
  const status = isWanted ? 'False' : 'True';
  if (before?.status === status) return [];
  const unused = {
    type: 'Unused',
    status,
    reason: isWanted ? 'PodUsingPVC' : 'NoPodsUsingPVC',
    lastTransitionTime: `${now.toISOString().slice(0, 19)}Z`,
  };
  const others = conditions.filter((condition) => condition !== before);
  return [{ type: 'setClaimStatus', claim, status: { ...claim.status, conditions: [...others, unused] } }];
}

function inUse(claim: PersistentVolumeClaim, user: Pod): Plan<ProtectionAction> {
  const { namespace, name = '' } = user.metadata ?? {};
  const message = `claim ${claim.metadata?.name} is deleted when Pod ${name} no longer uses it`;
  return { actions: [], waitingFor: { reason: 'ClaimInUse', message, on: { kind: 'Pod', namespace, name } } };
}

/** A living object has the finalizer, one on its way out loses it; undefined when it is as it should be. */
function settle<T extends KubeObject>(object: T, finalizer: string): T | undefined {
  const finalizers = object.metadata?.finalizers ?? [];
  const has = finalizers.includes(finalizer);
  if (has !== isTerminating(object)) return undefined;
  const wanted = has ? finalizers.filter((other) => other !== finalizer) : [...finalizers, finalizer];
  return { ...object, metadata: { ...object.metadata, finalizers: wanted } };
}

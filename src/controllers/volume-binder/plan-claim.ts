import { semanticEqual } from '../../api/deep.js';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimStatus,
} from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';
import { isTerminating } from '../../api/pods.js';
import { bestMatch, boundByController, isMeantFor, mismatch, withClaim } from '../../api/volume-match.js';
import type { Plan } from '../../reconcile/contract.js';
import type { BinderAction } from './actions.js';
import type { ClaimFacts } from './facts.js';
import {
  betaStorageProvisioner,
  bindCompleted,
  defaultClassOf,
  selectedNode,
  storageProvisioner,
  waitsForConsumer,
} from './names.js';
import { type WaitReason, waitOf } from './waits.js';

type ClaimPlan = Plan<BinderAction>;

/** Decides the next writes for a claim: find its volume, bind the two to each other, or say what is missing. */
export function planClaim(facts: ClaimFacts): ClaimPlan {
  const { claim } = facts;
  if (claim.metadata?.annotations?.[bindCompleted] !== undefined) return planBound(facts);
  if (isTerminating(claim)) return { actions: [] };
  return claim.spec?.volumeName ? planRequested(facts, claim.spec.volumeName) : planUnbound(facts);
}

function planUnbound(facts: ClaimFacts): ClaimPlan {
  const { claim, volumes, classes } = facts;
  if (claim.spec?.storageClassName === undefined) {
    const fallback = defaultClassOf(classes)?.metadata?.name;
    if (fallback !== undefined) {
      const spec = { ...claim.spec, storageClassName: fallback };
      return { actions: [{ type: 'updateClaim', claim: { ...claim, spec } }] };
    }
  }
  const storageClass = classes.find(({ metadata }) => metadata?.name === claim.spec?.storageClassName);
  // Which volume can be reached is for the scheduler to weigh: where it decides, only what it has held is taken.
  const delayed = waitsForConsumer(storageClass);
  const volume = bestMatch(claim, volumes, delayed);
  if (volume !== undefined) return bind(claim, volume);
  if (delayed && claim.metadata?.annotations?.[selectedNode] === undefined) return awaitConsumer(facts);
  return claim.spec?.storageClassName ? awaitProvisioner(claim, storageClass) : noVolume(claim);
}

function noVolume(claim: PersistentVolumeClaim): ClaimPlan {
  return pending(
    claim,
    'FailedBinding',
    'no persistent volumes available for this claim and no storage class is set',
  );
}

function awaitConsumer({ claim, consumers }: ClaimFacts): ClaimPlan {
  const names = consumers.map((pod) => pod.metadata?.name);
  return names.length === 0
    ? pending(claim, 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
    : pending(claim, 'WaitForPodScheduled', `waiting for pod ${names.join(',')} to be scheduled`);
}

function awaitProvisioner(claim: PersistentVolumeClaim, storageClass: StorageClass | undefined): ClaimPlan {
  if (storageClass === undefined) {
    const message = `storageclass.storage.k8s.io "${claim.spec?.storageClassName}" not found`;
    return pending(claim, 'ProvisioningFailed', message);
  }
  const { provisioner } = storageClass;
  if (provisioner === 'kubernetes.io/no-provisioner') {
    return pending(
      claim,
      'FailedBinding',
      'no persistent volume fits this claim, and its storage class makes none',
    );
  }
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  const waiting = pending(claim, 'ExternalProvisioning', message);
  if (claim.metadata?.annotations?.[storageProvisioner] === provisioner) return waiting;
  const annotated = annotate(claim, {
    [storageProvisioner]: provisioner,
    [betaStorageProvisioner]: provisioner,
  });
  return { ...waiting, actions: [{ type: 'updateClaim', claim: annotated }, ...waiting.actions] };
}

/** A person named the volume. */
function planRequested({ claim, volumes }: ClaimFacts, name: string): ClaimPlan {
  const volume = volumes.find(({ metadata }) => metadata?.name === name);
  if (volume === undefined) return pending(claim, 'FailedBinding', `volume "${name}" does not exist yet`);
  if (volume.spec?.claimRef !== undefined) {
    if (isMeantFor(volume, claim)) return bind(claim, volume);
    const other = `${volume.spec.claimRef.namespace}/${volume.spec.claimRef.name}`;
    return pending(claim, 'FailedBinding', `volume "${name}" already bound to a different claim (${other})`);
  }
  const why = mismatch(volume, claim);
  return why === undefined
    ? bind(claim, volume)
    : pending(claim, 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${why}`);
}

function planBound({ claim, volumes }: ClaimFacts): ClaimPlan {
  const name = claim.spec?.volumeName;
  const volume = volumes.find(({ metadata }) => metadata?.name === name);
  if (!name)
    return lost(claim, 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
  if (volume === undefined)
    return lost(claim, 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  if (volume.spec?.claimRef === undefined || isMeantFor(volume, claim)) return bind(claim, volume);
  return lost(
    claim,
    'Two claims are bound to the same volume, this one is bound incorrectly',
    'ClaimMisbound',
  );
}

function pending(claim: PersistentVolumeClaim, reason: WaitReason, message: string): ClaimPlan {
  return {
    actions: setStatus(claim, { ...claim.status, phase: 'Pending' }),
    waitingFor: waitOf(claim, reason, message),
  };
}

function lost(claim: PersistentVolumeClaim, message: string, reason: WaitReason = 'ClaimLost'): ClaimPlan {
  return {
    actions: setStatus(claim, { ...claim.status, phase: 'Lost' }),
    waitingFor: waitOf(claim, reason, message),
  };
}

function setStatus(claim: PersistentVolumeClaim, status: PersistentVolumeClaimStatus): BinderAction[] {
  return semanticEqual(claim.status, status) ? [] : [{ type: 'setClaimStatus', claim, status }];
}

/** Volume first, claim second, as in Kubernetes: whoever stops in between finds its way on from what is written. */
function bind(claim: PersistentVolumeClaim, volume: PersistentVolume): ClaimPlan {
  const actions: BinderAction[] = [];
  const held = withClaim(volume, claim);
  if (held !== undefined) actions.push({ type: 'updateVolume', volume: held });
  const bound = withVolume(claim, volume.metadata?.name ?? '');
  if (bound !== undefined) actions.push({ type: 'updateClaim', claim: bound });
  const status: PersistentVolumeClaimStatus = {
    ...claim.status,
    phase: 'Bound',
    accessModes: volume.spec?.accessModes,
    capacity: volume.spec?.capacity,
  };
  return { actions: [...actions, ...setStatus(claim, status)] };
}

function withVolume(claim: PersistentVolumeClaim, volumeName: string): PersistentVolumeClaim | undefined {
  const chosen: Record<string, string> = claim.spec?.volumeName ? {} : { [boundByController]: 'yes' };
  const complete = claim.metadata?.annotations?.[bindCompleted] !== undefined;
  if (complete && claim.spec?.volumeName === volumeName) return undefined;
  const annotated = annotate(claim, { [bindCompleted]: 'yes', ...chosen });
  return { ...annotated, spec: { ...claim.spec, volumeName } };
}

function annotate(
  claim: PersistentVolumeClaim,
  annotations: Readonly<Record<string, string>>,
): PersistentVolumeClaim {
  return {
    ...claim,
    metadata: { ...claim.metadata, annotations: { ...claim.metadata?.annotations, ...annotations } },
  };
}

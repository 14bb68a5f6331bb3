import { deepEqual } from '../../api/deep.js';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { OwnerReference } from '../../api/generated/meta-v1.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo } from '../../api/owner.js';
import { setReference } from './owner.js';

/** The claim templates of a set. */
export function claimTemplates(set: StatefulSet): readonly PersistentVolumeClaim[] {
  return set.spec?.volumeClaimTemplates ?? [];
}

/** `<template>-<set>-<ordinal>`. */
export function claimName(set: StatefulSet, template: string, ordinal: number): string {
  return `${template}-${set.metadata?.name ?? ''}-${ordinal}`;
}

/** The claims that the Pod of an ordinal needs, as they are to be created. */
export function claimsFor(set: StatefulSet, ordinal: number): readonly PersistentVolumeClaim[] {
  return claimTemplates(set).map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    // The whole of the template's metadata: a claim may be made with finalizers, too.
    metadata: {
      ...template.metadata,
      name: claimName(set, template.metadata?.name ?? '', ordinal),
      namespace: set.metadata?.namespace ?? '',
      labels: { ...template.metadata?.labels, ...set.spec?.selector.matchLabels },
    },
    spec: template.spec ?? {},
  }));
}

/** What the retention policy has to know of the Pod that a claim belongs to. */
export interface ClaimSituation {
  readonly set: StatefulSet;
  readonly pod: Pod;
  /** The Pod's ordinal is outside what the set asks for. */
  readonly scaledDown: boolean;
}

/** The owner references that the retention policy asks for, or undefined when they are right or not ours to touch. */
export function wantedOwners(
  claim: PersistentVolumeClaim,
  situation: ClaimSituation,
): readonly OwnerReference[] | undefined {
  const references = claim.metadata?.ownerReferences ?? [];
  const { set, pod } = situation;
  const ours = (reference: OwnerReference): boolean => isSet(reference, set) || isPod(reference, pod);
  const others = references.filter((reference) => !ours(reference));
  // Another controller looks after the claim, or a set or Pod of the same name that is gone by now: we take our hands off.
  const foreign = others.some((reference) => reference.controller === true);
  const owner = foreign ? undefined : wantedOwner(situation);
  if (references.length === 0 && owner === undefined) return undefined;
  const wanted = owner === undefined ? others : [...others, owner];
  return deepEqual(sorted(references), sorted(wanted)) ? undefined : wanted;
}

function sorted(references: readonly OwnerReference[]): readonly OwnerReference[] {
  return [...references].sort((a, b) => a.uid.localeCompare(b.uid));
}

function wantedOwner({ set, pod, scaledDown }: ClaimSituation): OwnerReference | undefined {
  const policy = set.spec?.persistentVolumeClaimRetentionPolicy;
  if (scaledDown && policy?.whenScaled === 'Delete') return ownerReferenceTo(kinds.Pod, pod);
  return policy?.whenDeleted === 'Delete' ? setReference(set) : undefined;
}

function isSet(reference: OwnerReference, set: StatefulSet): boolean {
  return reference.kind === 'StatefulSet' && reference.uid === set.metadata?.uid;
}

function isPod(reference: OwnerReference, pod: Pod): boolean {
  return reference.kind === 'Pod' && reference.uid === pod.metadata?.uid;
}

/** Whether the claim still goes with a Pod of that name that a scale-down removed: it will be deleted after it. */
export function goesWithFormerPod(claim: PersistentVolumeClaim, name: string): boolean {
  return (claim.metadata?.ownerReferences ?? []).some(
    (reference) => reference.kind === 'Pod' && reference.name === name,
  );
}

import type { PersistentVolume, PersistentVolumeClaim } from './generated/core-v1.js';
import { isTerminating } from './pods.js';
import { compareQuantities } from './quantity.js';
import { labelSelectorOf, matchesLabels } from './selectors.js';

/** Whether the volume is meant for this claim: by name, and by uid once it has one. */
export function isMeantFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const reference = volume.spec?.claimRef;
  if (reference === undefined) return false;
  const { namespace, name, uid } = claim.metadata ?? {};
  if (reference.namespace !== namespace || reference.name !== name) return false;
  return reference.uid === undefined || reference.uid === '' || reference.uid === uid;
}

/** Annotation: a controller, and not a person, chose the other half. */
export const boundByController = 'pv.kubernetes.io/bound-by-controller';

/** The volume with the claim held fast in its `claimRef`; undefined when it is already. */
export function withClaim(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): PersistentVolume | undefined {
  const { namespace, name, uid } = claim.metadata ?? {};
  const before = volume.spec?.claimRef;
  if (before !== undefined && before.uid === uid) return undefined;
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid };
  const metadata =
    before === undefined
      ? { ...volume.metadata, annotations: { ...volume.metadata?.annotations, [boundByController]: 'yes' } }
      : volume.metadata;
  return { ...volume, metadata, spec: { ...volume.spec, claimRef } };
}

/** Why a volume that was asked for by name does not do for a claim; undefined when it does. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (!isLargeEnough(volume, claim)) return 'requested PV is too small';
  if (!sameClass(volume, claim)) return 'storageClassName does not match';
  if (!sameMode(volume, claim)) return 'incompatible volumeMode';
  return hasModes(volume, claim) ? undefined : 'incompatible accessMode';
}

/**
 * The volume for a claim: one that is meant for it, else the smallest that fits. `onlyMeant` leaves it at the first,
 * as for a claim that still waits for its consumer.
 */
export function bestMatch(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  onlyMeant: boolean,
): PersistentVolume | undefined {
  const usable = volumes.filter(
    (volume) => !isTerminating(volume) && sameMode(volume, claim) && isLargeEnough(volume, claim),
  );
  const meant = usable.find((volume) => isMeantFor(volume, claim));
  if (meant !== undefined || onlyMeant) return meant;
  return usable.filter((volume) => isFree(volume) && suits(volume, claim)).sort(smallestFirst)[0];
}

function isFree(volume: PersistentVolume): boolean {
  return volume.spec?.claimRef === undefined && volume.status?.phase === 'Available';
}

function suits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const selector = claim.spec?.selector;
  const selected =
    selector === undefined || matchesLabels(labelSelectorOf(selector), volume.metadata?.labels);
  return selected && sameClass(volume, claim) && hasModes(volume, claim);
}

function smallestFirst(a: PersistentVolume, b: PersistentVolume): number {
  const order = compareQuantities(capacity(a), capacity(b));
  return order || (a.metadata?.name ?? '').localeCompare(b.metadata?.name ?? '');
}

function capacity(volume: PersistentVolume): string {
  return volume.spec?.capacity?.['storage'] ?? '0';
}

function isLargeEnough(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const requested = claim.spec?.resources?.requests?.['storage'] ?? '0';
  return compareQuantities(capacity(volume), requested) >= 0;
}

function sameClass(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (volume.spec?.storageClassName ?? '') === (claim.spec?.storageClassName ?? '');
}

function sameMode(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (volume.spec?.volumeMode ?? 'Filesystem') === (claim.spec?.volumeMode ?? 'Filesystem');
}

function hasModes(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const offered = volume.spec?.accessModes ?? [];
  return (claim.spec?.accessModes ?? []).every((mode) => offered.includes(mode));
}

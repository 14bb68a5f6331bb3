import type { PersistentVolumeClaim, ScopedResourceSelectorRequirement } from '../generated/core-v1.js';
import { compareQuantities, parseQuantity, type QuantityValue, quantityToBytes } from '../quantity.js';
import { type ResourceAmounts, single } from './amounts.js';
import { matchesName } from './scopes.js';

const count = 'count/persistentvolumeclaims';
const plain = ['persistentvolumeclaims', 'requests.storage'];
const ofClass = '.storageclass.storage.k8s.io/';

function counts(resource: string): boolean {
  return (
    resource === count || plain.some((name) => resource === name || resource.endsWith(`${ofClass}${name}`))
  );
}

/** The annotation came before the field, and counts first. */
function classOf({ metadata, spec }: PersistentVolumeClaim): string {
  return metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '';
}

/** What is asked for, or what was allocated where that is more: a shrunken request gives nothing back before the volume does. */
function storageOf({ spec, status }: PersistentVolumeClaim): QuantityValue | undefined {
  const asked = spec?.resources?.requests?.['storage'];
  if (asked === undefined) return undefined;
  const allocated = status?.allocatedResources?.['storage'];
  const most = allocated !== undefined && compareQuantities(allocated, asked) > 0 ? allocated : asked;
  const { format } = parseQuantity(most);
  return { nano: quantityToBytes(most) * 1_000_000_000n, format };
}

function usage(claim: PersistentVolumeClaim): ResourceAmounts {
  const storage = storageOf(claim);
  const storageClass = classOf(claim);
  const amounts = new Map([['persistentvolumeclaims', single]]);
  if (storage !== undefined) amounts.set('requests.storage', storage);
  const byClass =
    storageClass === '' ? [] : [...amounts].map(([name, x]) => [storageClass + ofClass + name, x] as const);
  return new Map([...amounts, [count, single], ...byClass]);
}

function attributeClasses({ spec, status }: PersistentVolumeClaim): readonly string[] {
  return [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name): name is string => name !== undefined && name !== '');
}

function isWithin(claim: PersistentVolumeClaim, scope: ScopedResourceSelectorRequirement): boolean {
  if (scope.scopeName !== 'VolumeAttributesClass') return false;
  const names = attributeClasses(claim);
  return names.length === 0 ? matchesName(scope, '') : names.some((name) => matchesName(scope, name));
}

/** Claims, all of them and those of each class; they may grow. */
export const claimMeter = { limitsUpdates: true, counts, usage, isWithin };

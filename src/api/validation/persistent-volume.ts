import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type { PersistentVolume, PersistentVolumeSpec } from '../generated/core-v1.js';
import { dns1123Subdomain } from '../names.js';
import { compareQuantities, isQuantity } from '../quantity.js';
import { changedFields, checkName, immutable, oneOf, oneOfIfSet, validateQuantity } from './common.js';
import { validateAccessModes } from './persistent-volume-claim.js';

const notSources = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

function sourcesOf(spec: PersistentVolumeSpec): [string, unknown][] {
  return Object.entries(spec).filter(
    ([key, value]) => !notSources.has(key) && value !== undefined && value !== null,
  );
}

function validateCapacity(capacity: Readonly<Record<string, string>> | undefined): FieldError[] {
  const amounts = Object.entries(capacity ?? {});
  if (amounts.length === 0) return [required('spec.capacity')];
  const errors: FieldError[] = [];
  if (capacity?.['storage'] === undefined || amounts.length > 1) {
    errors.push(notSupported('spec.capacity', capacity, ['storage']));
  }
  for (const [name, amount] of amounts) {
    const at = `spec.capacity[${name}]`;
    if (!isQuantity(amount)) errors.push(...validateQuantity(at, amount));
    else if (compareQuantities(amount, '0') <= 0)
      errors.push(invalidValue(at, amount, 'must be greater than zero'));
  }
  return errors;
}

function validateSource(spec: PersistentVolumeSpec): FieldError[] {
  const [first, ...more] = sourcesOf(spec).map(([key]) => key);
  if (first === undefined) return [required('spec', 'must specify a volume type')];
  const errors = more.map((key) => forbidden(`spec.${key}`, 'may not specify more than 1 volume type'));
  if (first === 'hostPath' && !spec.hostPath?.path) errors.push(required('spec.hostPath.path'));
  if (first === 'hostPath' && spec.hostPath?.path?.split('/').includes('..')) {
    errors.push(invalidValue('spec.hostPath.path', spec.hostPath.path, "must not contain '..'"));
  }
  if (
    first === 'hostPath' &&
    spec.hostPath?.path === '/' &&
    spec.persistentVolumeReclaimPolicy === 'Recycle'
  ) {
    const message = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', message));
  }
  if (first === 'local' && !spec.local?.path) errors.push(required('spec.local.path'));
  if (first === 'local' && !spec.nodeAffinity)
    errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  if (first === 'csi' && !spec.csi?.driver) errors.push(required('spec.csi.driver'));
  if (first === 'csi' && !spec.csi?.volumeHandle) errors.push(required('spec.csi.volumeHandle'));
  return errors;
}

/** A new PersistentVolume. */
export function validatePersistentVolume(volume: PersistentVolume): FieldError[] {
  const spec = volume.spec ?? {};
  return [
    ...validateAccessModes('spec.accessModes', spec.accessModes ?? []),
    ...validateCapacity(spec.capacity),
    ...oneOf('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, [
      'Delete',
      'Recycle',
      'Retain',
    ]),
    ...validateSource(spec),
    ...(spec.storageClassName
      ? checkName('spec.storageClassName', spec.storageClassName, dns1123Subdomain)
      : []),
    ...oneOfIfSet('spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']),
  ];
}

/** A change of a PersistentVolume: where its data lies stays. */
export function validatePersistentVolumeUpdate(
  volume: PersistentVolume,
  old: PersistentVolume,
): FieldError[] {
  const source = Object.fromEntries(sourcesOf(volume.spec ?? {}));
  const before = Object.fromEntries(sourcesOf(old.spec ?? {}));
  const errors = validatePersistentVolume(volume);
  if (!semanticEqual(source, before)) {
    const message = 'spec.persistentvolumesource is immutable after creation';
    errors.push(
      forbidden('spec.persistentvolumesource', [message, ...changedFields(before, source)].join('\n')),
    );
  }
  return [...errors, ...immutable('spec.volumeMode', volume.spec?.volumeMode, old.spec?.volumeMode)];
}

import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden, required } from '../field-error.js';
import type { StorageClass } from '../generated/storage-v1.js';
import { qualifiedName } from '../names.js';
import { checkName, immutable, oneOf } from './common.js';

/** A new StorageClass. */
export function validateStorageClass(storageClass: StorageClass): FieldError[] {
  const { provisioner, reclaimPolicy, volumeBindingMode } = storageClass;
  return [
    ...(provisioner
      ? checkName('provisioner', provisioner.toLowerCase(), qualifiedName)
      : [required('provisioner')]),
    ...oneOf('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']),
    ...oneOf('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
  ];
}

/** A change of a StorageClass: how it makes volumes stays. */
export function validateStorageClassUpdate(storageClass: StorageClass, old: StorageClass): FieldError[] {
  const fixed = ['parameters', 'provisioner', 'reclaimPolicy'] as const;
  return [
    ...fixed
      .filter((field) => !semanticEqual(storageClass[field], old[field]))
      .map((field) => forbidden(field, `updates to ${field} are forbidden.`)),
    ...immutable('volumeBindingMode', storageClass.volumeBindingMode, old.volumeBindingMode),
  ];
}

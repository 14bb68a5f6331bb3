import type { AdmissionRequest } from '../../api/admission.js';
import type { PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { compareQuantities, isQuantity } from '../../api/quantity.js';
import { forbidden } from '../../api/status-error.js';
import { decode } from '../registry/codec.js';
import type { Registry } from '../registry/registry.js';
import type { BuiltIn } from './built-in.js';

const defaultClass = 'storageclass.kubernetes.io/is-default-class';

/** Finalizers that keep storage from going away while it is in use. */
const protection: { readonly [kind: string]: string } = {
  PersistentVolumeClaim: 'kubernetes.io/pvc-protection',
  PersistentVolume: 'kubernetes.io/pv-protection',
};

function isCoreCreation({ operation, kind, subresource }: AdmissionRequest): boolean {
  return operation === 'CREATE' && kind.group === '' && subresource === undefined;
}

function bornOf(object: StorageClass): string {
  return object.metadata?.creationTimestamp ?? '';
}

/** Of several default classes the newest counts. */
function currentDefault(registry: Registry): StorageClass | undefined {
  return registry.store
    .range('/registry/storage.k8s.io/storageclasses/')
    .entries.map((entry) => decode(entry, kinds.StorageClass))
    .filter(({ metadata }) => metadata?.annotations?.[defaultClass] === 'true')
    .sort((a, b) => bornOf(b).localeCompare(bornOf(a)))[0];
}

function withClass(registry: Registry, claim: PersistentVolumeClaim): PersistentVolumeClaim | undefined {
  if (claim.spec === undefined || claim.spec.storageClassName !== undefined) return undefined;
  if (claim.metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined)
    return undefined;
  const name = currentDefault(registry)?.metadata?.name;
  return name === undefined ? undefined : { ...claim, spec: { ...claim.spec, storageClassName: name } };
}

function protect(object: KubeObject, finalizer: string): KubeObject | undefined {
  const finalizers = object.metadata?.finalizers ?? [];
  if (finalizers.includes(finalizer)) return undefined;
  return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
}

/** A claim that names no class gets the default one; an empty name means none. */
export const defaultStorageClass: BuiltIn = {
  name: 'DefaultStorageClass',
  matches: (request) => isCoreCreation(request) && request.kind.kind === 'PersistentVolumeClaim',
  admit: (registry, { object }) => object && withClass(registry, object),
};

/** Claims and volumes do not go away while something uses them. */
export const storageProtection: BuiltIn = {
  name: 'StorageObjectInUseProtection',
  matches: (request) => isCoreCreation(request) && protection[request.kind.kind] !== undefined,
  admit: (_registry, { object, kind }) => object && protect(object, protection[kind.kind] ?? ''),
};

function sizeOf({ spec }: PersistentVolumeClaim): string {
  return spec?.resources?.requests?.['storage'] ?? '0';
}

function classOf(registry: Registry, { spec }: PersistentVolumeClaim): StorageClass | undefined {
  return registry.store
    .range('/registry/storage.k8s.io/storageclasses/')
    .entries.map((entry) => decode(entry, kinds.StorageClass))
    .find(({ metadata }) => metadata?.name === spec?.storageClassName);
}

function refuseGrowth(registry: Registry, claim: PersistentVolumeClaim, old: PersistentVolumeClaim): void {
  const [size, before] = [sizeOf(claim), sizeOf(old)];
  if (!isQuantity(size) || !isQuantity(before) || compareQuantities(size, before) <= 0) return;
  const name = old.metadata?.name ?? '';
  if (old.status?.phase !== 'Bound') {
    throw forbidden(kinds.PersistentVolumeClaim, name, 'Only bound persistent volume claims can be expanded');
  }
  if (classOf(registry, old)?.allowVolumeExpansion === true) return;
  const why =
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
  throw forbidden(kinds.PersistentVolumeClaim, name, why);
}

/** A claim grows only when its class says that its volumes can. */
export const claimResize: BuiltIn = {
  name: 'PersistentVolumeClaimResize',
  matches: ({ operation, kind, subresource }) =>
    operation === 'UPDATE' &&
    kind.group === '' &&
    kind.kind === 'PersistentVolumeClaim' &&
    subresource === undefined,
  admit: (registry, { object, oldObject }) => {
    if (object !== undefined && oldObject !== undefined) refuseGrowth(registry, object, oldObject);
    return undefined;
  },
};

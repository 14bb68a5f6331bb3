import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type { PersistentVolume, PersistentVolumeSpec, SecretReference } from '../generated/core-v1.js';
import { dns1123Label, dns1123Subdomain } from '../names.js';
import { compareQuantities, isQuantity } from '../quantity.js';
import { validateNodeSelector } from './affinity.js';
import {
  changedFields,
  checkName,
  immutable,
  oneOf,
  oneOfIfSet,
  requiredName,
  validateQuantity,
} from './common.js';
import { validateNoSteps } from './local-path.js';
import { validateAccessModes } from './persistent-volume-claim.js';
import { validateDriverName, validateHostPath, validateMandatory, validateNfs } from './volume-sources.js';

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

function validateSecretRef(path: string, ref: SecretReference | undefined): FieldError[] {
  if (ref === undefined) return [];
  return [
    ...requiredName(`${path}.name`, ref.name, dns1123Subdomain),
    ...requiredName(`${path}.namespace`, ref.namespace, dns1123Label),
  ];
}

function validateCsi(path: string, csi: NonNullable<PersistentVolumeSpec['csi']>): FieldError[] {
  const secrets = [
    'controllerPublishSecretRef',
    'controllerExpandSecretRef',
    'nodePublishSecretRef',
    'nodeExpandSecretRef',
  ] as const;
  return [
    ...validateDriverName(`${path}.driver`, csi.driver),
    ...(csi.volumeHandle ? [] : [required(`${path}.volumeHandle`)]),
    ...secrets.flatMap((field) => validateSecretRef(`${path}.${field}`, csi[field])),
  ];
}

function validateLocal(spec: PersistentVolumeSpec, path: string | undefined): FieldError[] {
  return [
    ...(path ? validateNoSteps('spec.local.path', path) : [required('spec.local.path')]),
    ...(spec.nodeAffinity ? [] : [required('spec.nodeAffinity', 'Local volume requires node affinity')]),
  ];
}

function validateSource(spec: PersistentVolumeSpec): FieldError[] {
  const [first, ...more] = sourcesOf(spec);
  if (first === undefined) return [required('spec', 'must specify a volume type')];
  const [name, source] = first;
  const { hostPath, nfs, local, csi } = spec;
  const recycled = spec.persistentVolumeReclaimPolicy === 'Recycle';
  const root = hostPath?.path !== undefined && /^\/+$/.test(hostPath.path);
  const message = "may not be 'recycle' for a hostPath mount of '/'";
  return [
    ...more.map(([key]) => forbidden(`spec.${key}`, 'may not specify more than 1 volume type')),
    ...(name === 'hostPath' && hostPath ? validateHostPath('spec.hostPath', hostPath) : []),
    ...(name === 'nfs' && nfs ? validateNfs('spec.nfs', nfs) : []),
    ...(name === 'local' && local ? validateLocal(spec, local.path) : []),
    ...(name === 'csi' && csi ? validateCsi('spec.csi', csi) : []),
    ...validateMandatory(`spec.${name}`, name, source),
    ...(root && recycled ? [forbidden('spec.persistentVolumeReclaimPolicy', message)] : []),
  ];
}

function validateNodes({ nodeAffinity }: PersistentVolumeSpec): FieldError[] {
  if (!nodeAffinity) return [];
  const path = 'spec.nodeAffinity.required';
  return nodeAffinity.required
    ? validateNodeSelector(path, nodeAffinity.required)
    : [required(path, 'must specify required node constraints')];
}

function validateAttributes({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec): FieldError[] {
  if (name === undefined) return [];
  const path = 'spec.volumeAttributesClassName';
  return [
    ...(name === ''
      ? [required(path, 'an empty string is disallowed')]
      : checkName(path, name, dns1123Subdomain)),
    ...(csi ? [] : [required('spec.csi', 'has to be specified when using volumeAttributesClassName')]),
  ];
}

/** A new PersistentVolume. */
export function validatePersistentVolume(volume: PersistentVolume): FieldError[] {
  const spec = volume.spec ?? {};
  return [
    ...validateAccessModes('spec.accessModes', spec.accessModes ?? [], ''),
    ...validateCapacity(spec.capacity),
    ...oneOf('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, [
      'Delete',
      'Recycle',
      'Retain',
    ]),
    ...validateNodes(spec),
    ...validateSource(spec),
    ...(spec.storageClassName
      ? checkName('spec.storageClassName', spec.storageClassName, dns1123Subdomain)
      : []),
    ...oneOfIfSet('spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']),
    ...validateAttributes(spec),
  ];
}

/** The source of a volume; a secret for growing may come later. */
function fixedSource(spec: PersistentVolumeSpec, old: PersistentVolumeSpec): Record<string, unknown> {
  const { csi } = spec;
  const later = csi !== undefined && old.csi !== undefined && old.csi.controllerExpandSecretRef === undefined;
  const fixed = later ? { ...spec, csi: { ...csi, controllerExpandSecretRef: undefined } } : spec;
  return Object.fromEntries(sourcesOf(fixed));
}

/** A change of a PersistentVolume: where its data lies stays. */
export function validatePersistentVolumeUpdate(
  volume: PersistentVolume,
  old: PersistentVolume,
): FieldError[] {
  const [spec, before] = [volume.spec ?? {}, old.spec ?? {}];
  const [source, was] = [fixedSource(spec, before), Object.fromEntries(sourcesOf(before))];
  const errors = validatePersistentVolume(volume);
  if (!semanticEqual(source, was)) {
    const message = 'spec.persistentvolumesource is immutable after creation';
    errors.push(
      forbidden('spec.persistentvolumesource', [message, ...changedFields(was, source)].join('\n')),
    );
  }
  errors.push(...immutable('volumeMode', spec.volumeMode, before.volumeMode));
  if (before.nodeAffinity && !semanticEqual(spec.nodeAffinity, before.nodeAffinity)) {
    const message = 'field is immutable, except for updating from beta label to GA';
    errors.push(invalidValue('nodeAffinity', spec.nodeAffinity ?? null, message));
  }
  if (before.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    const message = 'update from non-nil value to nil is forbidden';
    errors.push(forbidden('spec.volumeAttributesClassName', message));
  }
  return errors;
}

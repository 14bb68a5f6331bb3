import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type {
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  TypedObjectReference,
} from '../generated/core-v1.js';
import { dns1123Label, dns1123Subdomain } from '../names.js';
import { compareQuantities, isQuantity } from '../quantity.js';
import {
  changedFields,
  checkName,
  immutable,
  oneOfIfSet,
  validateQuantity,
  validateSelector,
} from './common.js';

/** The access modes that there are. */
export const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** The access modes of a claim or a volume. */
export function validateAccessModes(
  path: string,
  modes: readonly string[],
  absent = 'at least 1 access mode is required',
): FieldError[] {
  if (modes.length === 0) return [required(path, absent)];
  const errors = modes
    .filter((mode) => !accessModes.includes(mode))
    .map((mode) => notSupported(path, mode, accessModes));
  if (modes.includes('ReadWriteOncePod') && modes.length > 1) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateStorage(path: string, spec: PersistentVolumeClaimSpec): FieldError[] {
  const amount = spec.resources?.requests?.['storage'];
  const at = `${path}.resources[storage]`;
  if (amount === undefined) return [required(at)];
  if (!isQuantity(amount)) return validateQuantity(at, amount);
  return compareQuantities(amount, '0') > 0 ? [] : [invalidValue(at, amount, 'must be greater than zero')];
}

/** The spec of a claim. */
export function validateClaimSpec(path: string, spec: PersistentVolumeClaimSpec): FieldError[] {
  return [
    ...validateAccessModes(`${path}.accessModes`, spec.accessModes ?? []),
    ...(spec.selector ? validateSelector(`${path}.selector`, spec.selector) : []),
    ...validateStorage(path, spec),
    ...(spec.storageClassName
      ? checkName(`${path}.storageClassName`, spec.storageClassName, dns1123Subdomain)
      : []),
    ...oneOfIfSet(`${path}.volumeMode`, spec.volumeMode, ['Block', 'Filesystem']),
    ...(spec.dataSource ? validateDataSource(`${path}.dataSource`, spec.dataSource) : []),
    ...(spec.dataSourceRef ? validateDataSource(`${path}.dataSourceRef`, spec.dataSourceRef) : []),
    ...validateBothSources(path, spec),
    ...(spec.volumeAttributesClassName
      ? checkName(`${path}.volumeAttributesClassName`, spec.volumeAttributesClassName, dns1123Subdomain)
      : []),
  ];
}

function validateDataSource(path: string, source: TypedObjectReference): FieldError[] {
  const { apiGroup = '', kind = '', name, namespace } = source;
  const message = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
  const foreign = apiGroup === '' && kind !== 'PersistentVolumeClaim';
  return [
    ...(name ? [] : [required(`${path}.name`)]),
    ...(kind ? [] : [required(`${path}.kind`)]),
    ...(foreign ? [invalidValue(path, kind, message)] : []),
    ...(apiGroup ? checkName(`${path}.apiGroup`, apiGroup, dns1123Subdomain) : []),
    ...(namespace ? checkName(`${path}.namespace`, namespace, dns1123Label) : []),
  ];
}

function validateBothSources(path: string, spec: PersistentVolumeClaimSpec): FieldError[] {
  const { dataSource, dataSourceRef } = spec;
  if (!dataSource || !dataSourceRef) return [];
  const shown = `${path}.dataSource`;
  if (dataSourceRef.namespace)
    return [invalidValue(path, shown, 'may not be specified when dataSourceRef.namespace is specified')];
  const same = (['apiGroup', 'kind', 'name'] as const).every(
    (field) => dataSource[field] === dataSourceRef[field],
  );
  return same ? [] : [invalidValue(path, shown, 'must match dataSourceRef')];
}

/** A new claim. */
export function validatePersistentVolumeClaim(claim: PersistentVolumeClaim): FieldError[] {
  return validateClaimSpec('spec', claim.spec ?? {});
}

function storageOf(amounts: Readonly<Record<string, string>> | undefined): string | undefined {
  const amount = amounts?.['storage'];
  return amount !== undefined && isQuantity(amount) ? amount : undefined;
}

function validateSize(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const size = storageOf(claim.spec?.resources?.requests);
  const before = storageOf(old.spec?.resources?.requests);
  if (size === undefined || before === undefined || compareQuantities(size, before) >= 0) return [];
  const actual = storageOf(old.status?.capacity) ?? before;
  if (compareQuantities(size, actual) >= 0) return [];
  return [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')];
}

/** The new spec with everything that may change put back. */
function withoutAllowedChanges(
  claim: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): PersistentVolumeClaimSpec {
  const spec = claim.spec ?? {};
  const before = old.spec ?? {};
  const bound = old.status?.phase === 'Bound';
  const requests = bound
    ? { ...spec.resources?.requests, storage: before.resources?.requests?.['storage'] }
    : undefined;
  return {
    ...spec,
    ...(!before.volumeName && { volumeName: before.volumeName }),
    ...((before.storageClassName === undefined || before.storageClassName === null) && {
      storageClassName: before.storageClassName,
    }),
    ...(requests && { resources: { ...spec.resources, requests: withoutUndefined(requests) } }),
    volumeAttributesClassName: before.volumeAttributesClassName,
  };
}

function withoutUndefined(amounts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(amounts).flatMap(([name, amount]) => (amount === undefined ? [] : [[name, amount]])),
  );
}

function validateAttributes(name: string | undefined, old: string | undefined): FieldError[] {
  const path = 'spec.volumeAttributesClassName';
  if (old === undefined || name) return [];
  const what = name === undefined ? 'nil' : 'an empty string';
  return [forbidden(path, `update from non-nil value to ${what} is forbidden`)];
}

/** A change of a claim: the volume is set once, a bound claim may grow, nothing else changes. */
export function validatePersistentVolumeClaimUpdate(
  claim: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): FieldError[] {
  const errors = validateClaimSpec('spec', claim.spec ?? {});
  const rest = withoutAllowedChanges(claim, old);
  if (!semanticEqual(rest, old.spec ?? {})) {
    const message =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbidden('spec', [message, ...changedFields(old.spec ?? {}, rest)].join('\n')));
  }
  return [
    ...errors,
    ...validateSize(claim, old),
    ...immutable('volumeMode', claim.spec?.volumeMode, old.spec?.volumeMode),
    ...validateAttributes(claim.spec?.volumeAttributesClassName, old.spec?.volumeAttributesClassName),
  ];
}
